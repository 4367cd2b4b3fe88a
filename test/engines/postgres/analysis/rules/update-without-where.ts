import type { RuleTable } from '../../../rule-table.ts';
import { smallUsers } from './table.ts';

export const table: RuleTable = {
  finds: [
    'UPDATE users SET a = 1',
    'ALTER TABLE users ADD COLUMN n int; UPDATE users SET n = a WHERE n IS NULL',
    'ALTER TABLE users ADD COLUMN c text; UPDATE users SET c = b',
  ],
  passes: [
    'UPDATE users SET a = b WHERE a IS NULL',
    'ALTER TABLE users ADD COLUMN n int; UPDATE users SET n = a WHERE n IS NULL AND id < 9',
    'UPDATE users SET a = 1 WHERE id = 1',
    'CREATE TABLE t (id bigint PRIMARY KEY); UPDATE t SET id = 2',
  ],
  known: [{ sql: 'UPDATE users SET a = 1', facts: smallUsers, severity: 'note' }],
};
