import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ["EXEC sp_rename 'dbo.users', 'users_old'; EXEC sp_rename 'dbo.users_new', 'users'"],
  passes: ["EXEC sp_rename 'dbo.users', 'people'"],
};
