import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['BEGIN TRAN; CREATE TABLE dbo.t (id int PRIMARY KEY)'],
  passes: ['BEGIN TRAN; SELECT 1; COMMIT', 'BEGIN TRAN; SELECT 1; ROLLBACK'],
};
