import type { RuleTable } from '../../../rule-table.ts';
import { largeUsers, smallUsers } from './table.ts';

export const table: RuleTable = {
  finds: [
    'UPDATE users SET a = 1',
    'ALTER TABLE users ADD COLUMN n int; UPDATE users SET n = a WHERE n IS NULL',
  ],
  passes: [
    'UPDATE users SET n = a WHERE n IS NULL',
    'ALTER TABLE users ADD COLUMN n int; UPDATE users SET n = a WHERE n IS NULL AND id < 9',
    'UPDATE users SET a = 1 WHERE id < 9',
    'CREATE TABLE t (id bigint PRIMARY KEY); UPDATE t SET id = 1',
  ],
  known: [
    { sql: 'UPDATE users SET a = 1', facts: smallUsers, severity: 'note' },
    { sql: 'UPDATE users SET a = 1', facts: largeUsers, severity: 'warning' },
  ],
};
