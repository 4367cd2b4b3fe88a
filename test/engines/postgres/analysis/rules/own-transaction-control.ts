import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['BEGIN; SELECT 1; COMMIT', 'SET TRANSACTION READ ONLY'],
  passes: ['SELECT 1'],
};
