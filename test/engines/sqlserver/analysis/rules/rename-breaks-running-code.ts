import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ["EXEC sp_rename 'dbo.users', 'people'", "EXEC sp_rename 'dbo.users.a', 'b', 'COLUMN'"],
  passes: [
    "EXEC sp_rename 'dbo.users.i', 'j', 'INDEX'",
    "CREATE TABLE dbo.t (id int); EXEC sp_rename 'dbo.t', 'u'",
  ],
};
