import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['BEGIN; UPDATE users SET a = 1 WHERE id = 1; ALTER TABLE users DROP INDEX i; COMMIT'],
  passes: ['BEGIN; UPDATE users SET a = 1 WHERE id = 1; COMMIT; ALTER TABLE users DROP INDEX i'],
};
