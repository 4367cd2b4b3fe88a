import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['START TRANSACTION; UPDATE users SET a = 1 WHERE id = 1; BEGIN; COMMIT'],
  passes: ['BEGIN; COMMIT; BEGIN; COMMIT', 'BEGIN; SAVEPOINT s; COMMIT'],
};
