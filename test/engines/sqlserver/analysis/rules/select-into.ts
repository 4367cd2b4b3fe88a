import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['SELECT a INTO dbo.n FROM dbo.users'],
  passes: ['SELECT a FROM dbo.users', 'SELECT 1 AS a INTO dbo.n'],
};
