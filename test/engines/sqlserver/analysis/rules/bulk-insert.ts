import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['INSERT INTO dbo.users (a) SELECT a FROM dbo.old', "BULK INSERT dbo.users FROM 'rows.csv'"],
  passes: [
    'INSERT INTO dbo.users (a) VALUES (1)',
    'CREATE TABLE dbo.t (id int); INSERT INTO dbo.t (id) SELECT a FROM dbo.old',
    'INSERT INTO dbo.users (a) SELECT 1',
  ],
};
