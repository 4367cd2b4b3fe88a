import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['IF EXISTS (SELECT 1 FROM t) BEGIN BEGIN TRAN; UPDATE t SET a = 1 WHERE b = 2; COMMIT END'],
  passes: ['BEGIN TRAN; COMMIT'],
};
