import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['CREATE UNIQUE INDEX i ON dbo.users (a)', 'ALTER TABLE dbo.users ADD CONSTRAINT u UNIQUE (a)'],
  passes: [
    'CREATE UNIQUE INDEX i ON dbo.users (a) WHERE a IS NOT NULL',
    'CREATE INDEX i ON dbo.users (a)',
    'CREATE TABLE dbo.t (id int); CREATE UNIQUE INDEX i ON dbo.t (id)',
  ],
};
