import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'INSERT INTO dbo.n (a) SELECT a FROM dbo.users WITH (NOLOCK)',
    'SELECT a FROM dbo.users WITH (READUNCOMMITTED)',
    'SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED',
  ],
  passes: [
    'SELECT a FROM dbo.users',
    'SET TRANSACTION ISOLATION LEVEL READ COMMITTED',
    'CREATE PROCEDURE dbo.p AS SELECT a FROM dbo.users WITH (NOLOCK)',
  ],
};
