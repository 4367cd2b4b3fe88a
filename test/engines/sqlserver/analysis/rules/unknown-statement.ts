import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    "EXEC (N'DROP TABLE t')",
    "EXEC sp_executesql N'DROP TABLE t'",
    'EXEC dbo.cleanup',
    'FROBNICATE t',
    'ALTER TABLE other.dbo.t ADD a int',
    'ALTER DATABASE CURRENT SET READ_COMMITTED_SNAPSHOT ON',
    'DBCC SHRINKDATABASE (shop)',
  ],
  passes: [
    "EXEC sp_rename 'dbo.t', 'u'",
    "EXEC sys.sp_addextendedproperty N'MS_Description', N'x'",
    'SELECT 1',
  ],
};
