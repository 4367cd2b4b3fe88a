import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ["EXEC sp_rename 'dbo.t', '[u]'", "EXEC sp_rename 'dbo.t.a', '[b]', 'COLUMN'"],
  passes: ["EXEC sp_rename 'dbo.[t]', 'u'"],
};
