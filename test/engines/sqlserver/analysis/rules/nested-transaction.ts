import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['BEGIN TRAN; BEGIN TRAN; COMMIT; COMMIT'],
  passes: ['BEGIN TRAN; COMMIT; BEGIN TRAN; COMMIT'],
};
