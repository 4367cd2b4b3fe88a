import type { RuleTable } from '../../../rule-table.ts';
import { largeUsers, smallUsers } from './table.ts';

export const table: RuleTable = {
  finds: [
    'ALTER TABLE users ADD CONSTRAINT c CHECK (a > 0)',
    'ALTER TABLE users ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES other',
    'ALTER TABLE users ADD CONSTRAINT n NOT NULL a',
    'ALTER DOMAIN mail ADD CONSTRAINT c CHECK (length(value) > 3)',
    'ALTER TABLE users ADD COLUMN a bigint DEFAULT 1 REFERENCES other (id)',
  ],
  passes: [
    'ALTER TABLE users ADD CONSTRAINT c CHECK (a > 0) NOT VALID; ALTER TABLE users VALIDATE CONSTRAINT c',
    'ALTER TABLE users ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES other NOT VALID',
    'ALTER TABLE users ADD COLUMN a bigint REFERENCES other (id)',
    'CREATE TABLE t (id bigint PRIMARY KEY CHECK (id > 0))',
    'ALTER DOMAIN mail ADD CONSTRAINT c CHECK (length(value) > 3) NOT VALID',
  ],
  known: [
    { sql: 'ALTER TABLE users ADD CONSTRAINT c CHECK (a > 0)', facts: smallUsers, severity: 'note' },
    { sql: 'ALTER TABLE users ADD CONSTRAINT c CHECK (a > 0)', facts: largeUsers, severity: 'warning' },
  ],
};
