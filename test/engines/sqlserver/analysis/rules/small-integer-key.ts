import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'CREATE TABLE dbo.t (id int IDENTITY PRIMARY KEY)',
    'CREATE TABLE dbo.t (id smallint NOT NULL IDENTITY(1, 1) CONSTRAINT pk PRIMARY KEY)',
  ],
  passes: ['CREATE TABLE dbo.t (id bigint IDENTITY PRIMARY KEY)', 'CREATE TABLE dbo.t (id int PRIMARY KEY)'],
};
