import type { RuleTable } from '../../../rule-table.ts';
import { smallUsers } from './table.ts';

export const table: RuleTable = {
  finds: [
    'ALTER TABLE users ADD CONSTRAINT u UNIQUE (a)',
    'ALTER TABLE users ADD PRIMARY KEY (id)',
    'ALTER TABLE users ADD COLUMN a text UNIQUE',
  ],
  passes: [
    'ALTER TABLE users ADD CONSTRAINT u UNIQUE USING INDEX i',
    'CREATE TABLE t (id bigint PRIMARY KEY, a text UNIQUE)',
  ],
  known: [{ sql: 'ALTER TABLE users ADD CONSTRAINT u UNIQUE (a)', facts: smallUsers, severity: 'note' }],
};
