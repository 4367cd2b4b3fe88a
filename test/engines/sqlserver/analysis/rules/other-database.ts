import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['USE other'],
  passes: ['SELECT 1'],
};
