import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'INSERT INTO dbo.users WITH (TABLOCK) (a) VALUES (1)',
    'SELECT a FROM dbo.users WITH (TABLOCKX, HOLDLOCK)',
  ],
  passes: ['SELECT a FROM dbo.users', 'SELECT a FROM dbo.users WITH (UPDLOCK)'],
};
