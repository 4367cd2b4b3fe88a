import type { RuleTable } from '../../../rule-table.ts';

const long = 'n'.repeat(129);

export const table: RuleTable = {
  finds: [`CREATE TABLE dbo.${long} (id int PRIMARY KEY)`, `CREATE TABLE dbo.[${long}] (id int PRIMARY KEY)`],
  passes: ['CREATE TABLE dbo.t (id int PRIMARY KEY)'],
};
