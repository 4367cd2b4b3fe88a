import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['ALTER TABLE dbo.users ADD a int NOT NULL'],
  passes: [
    'ALTER TABLE dbo.users ADD a int NULL',
    'ALTER TABLE dbo.users ADD a int NOT NULL DEFAULT 0',
    'CREATE TABLE dbo.t (id int); ALTER TABLE dbo.t ADD a int NOT NULL',
  ],
};
