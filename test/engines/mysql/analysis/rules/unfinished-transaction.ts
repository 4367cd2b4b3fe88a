import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['BEGIN; UPDATE users SET a = 1 WHERE id = 1'],
  passes: ['BEGIN; UPDATE users SET a = 1 WHERE id = 1; COMMIT', 'BEGIN; ALTER TABLE users DROP INDEX i'],
};
