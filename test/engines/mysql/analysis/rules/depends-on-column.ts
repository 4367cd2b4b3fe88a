import type { RuleTable } from '../../../rule-table.ts';
import { smallUsers } from './table.ts';

export const table: RuleTable = {
  finds: ['ALTER TABLE users MODIFY a bigint', 'ALTER TABLE users CHANGE a b int'],
  passes: [
    'ALTER TABLE users MODIFY a bigint, ALGORITHM=INSTANT',
    'CREATE TABLE t (id bigint PRIMARY KEY); ALTER TABLE t MODIFY id bigint unsigned',
  ],
  known: [{ sql: 'ALTER TABLE users MODIFY a bigint', facts: smallUsers, severity: 'note' }],
};
