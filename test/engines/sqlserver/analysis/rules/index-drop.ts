import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['DROP INDEX i ON dbo.users', 'DROP INDEX IF EXISTS i ON dbo.users'],
  passes: [
    'CREATE INDEX j ON dbo.users (a); DROP INDEX i ON dbo.users',
    'CREATE TABLE dbo.t (id int); DROP INDEX i ON dbo.t',
  ],
};
