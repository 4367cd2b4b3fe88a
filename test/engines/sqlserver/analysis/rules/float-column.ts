import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['CREATE TABLE dbo.t (id int PRIMARY KEY, amount float)', 'ALTER TABLE dbo.users ADD a real NULL'],
  passes: ['ALTER TABLE dbo.users ADD a decimal(12, 2) NULL'],
};
