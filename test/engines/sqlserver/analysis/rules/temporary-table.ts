import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['CREATE TABLE #t (id int)', 'SELECT a INTO #t FROM dbo.users', 'INSERT INTO #t (id) VALUES (1)'],
  passes: ['CREATE TABLE dbo.t (id int)', 'DROP TABLE #t'],
};
