import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['ALTER TABLE dbo.users ADD a int DEFAULT 0'],
  passes: [
    'ALTER TABLE dbo.users ADD a int NOT NULL DEFAULT 0',
    'ALTER TABLE dbo.users ADD a int DEFAULT 0 WITH VALUES',
    'ALTER TABLE dbo.users ADD a int NULL',
  ],
};
