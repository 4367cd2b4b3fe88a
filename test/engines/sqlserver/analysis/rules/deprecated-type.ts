import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'ALTER TABLE dbo.users ADD a text NULL',
    'ALTER TABLE dbo.users ADD a ntext NULL',
    'CREATE TABLE dbo.t (id int PRIMARY KEY, v timestamp)',
  ],
  passes: ['ALTER TABLE dbo.users ADD a nvarchar(max) NULL', 'ALTER TABLE dbo.users ADD v rowversion'],
};
