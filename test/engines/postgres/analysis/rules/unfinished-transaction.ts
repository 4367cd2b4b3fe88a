import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['BEGIN; SELECT 1', 'BEGIN; SELECT 1; COMMIT; BEGIN; SELECT 2'],
  passes: ['BEGIN; SELECT 1; COMMIT', 'SELECT 1'],
};
