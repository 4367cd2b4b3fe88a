import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ["DBCC CHECKIDENT ('dbo.users', RESEED, 1)"],
  passes: ["DBCC CHECKIDENT ('dbo.users', RESEED)", "DBCC CHECKIDENT ('dbo.users', NORESEED)"],
};
