import type { RuleTable } from '../../../rule-table.ts';
import { largeUsers, smallUsers } from './table.ts';

export const table: RuleTable = {
  finds: ['UPDATE users SET a = 1'],
  passes: [
    'UPDATE users SET a = 1 WHERE id < 9',
    'CREATE TABLE t (id bigint PRIMARY KEY); UPDATE t SET id = 1',
  ],
  known: [
    { sql: 'UPDATE users SET a = 1', facts: smallUsers, severity: 'note' },
    { sql: 'UPDATE users SET a = 1', facts: largeUsers, severity: 'warning' },
  ],
};
