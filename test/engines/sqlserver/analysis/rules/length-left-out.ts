import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['ALTER TABLE dbo.users ADD a varchar NULL', 'CREATE TABLE dbo.t (id int PRIMARY KEY, a nvarchar)'],
  passes: [
    'ALTER TABLE dbo.users ADD a varchar(20) NULL',
    'ALTER TABLE dbo.users ADD a nvarchar(max) NULL',
    'ALTER TABLE dbo.users ADD a date NULL',
  ],
};
