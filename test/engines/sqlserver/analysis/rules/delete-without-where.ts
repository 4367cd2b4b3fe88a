import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['DELETE FROM dbo.users', 'DELETE u FROM dbo.users AS u'],
  passes: [
    'DELETE FROM dbo.users WHERE id = 1',
    'TRUNCATE TABLE dbo.users',
    'CREATE TABLE dbo.t (id int); DELETE FROM dbo.t',
  ],
};
