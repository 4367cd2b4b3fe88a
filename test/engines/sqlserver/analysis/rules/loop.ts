import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['WHILE EXISTS (SELECT 1 FROM t) DELETE TOP (100) FROM t'],
  passes: ['DELETE TOP (100) FROM t'],
};
