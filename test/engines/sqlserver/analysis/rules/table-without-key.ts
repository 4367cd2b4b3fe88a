import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['CREATE TABLE dbo.t (id int)', 'CREATE TABLE dbo.t (id int, INDEX i (id))'],
  passes: [
    'CREATE TABLE dbo.t (id int PRIMARY KEY)',
    'CREATE TABLE dbo.t (id int, CONSTRAINT u UNIQUE (id))',
    'CREATE TABLE #t (id int)',
  ],
};
