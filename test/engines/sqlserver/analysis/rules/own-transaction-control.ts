import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['BEGIN TRAN; COMMIT'],
  passes: ['SELECT 1'],
};
