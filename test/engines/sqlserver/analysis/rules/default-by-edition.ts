import type { RuleTable } from '../../../rule-table.ts';
import { enterprise, smallUsers, standard } from './table.ts';

export const table: RuleTable = {
  finds: [
    'ALTER TABLE dbo.users ADD a int NOT NULL DEFAULT 0',
    'ALTER TABLE dbo.users ADD a int DEFAULT 0 WITH VALUES',
  ],
  passes: [
    'ALTER TABLE dbo.users ADD a int NULL',
    'ALTER TABLE dbo.users ADD a int DEFAULT 0',
    'ALTER TABLE dbo.users ADD a uniqueidentifier NOT NULL DEFAULT NEWID()',
  ],
  known: [
    { sql: 'ALTER TABLE dbo.users ADD a int NOT NULL DEFAULT 0', facts: enterprise, severity: null },
    { sql: 'ALTER TABLE dbo.users ADD a int NOT NULL DEFAULT 0', facts: standard, severity: 'warning' },
    {
      sql: "ALTER TABLE dbo.users ADD a varchar(max) NOT NULL DEFAULT ''",
      facts: enterprise,
      severity: 'warning',
    },
    { sql: 'ALTER TABLE dbo.users ADD a int NOT NULL DEFAULT 0', facts: smallUsers, severity: 'note' },
  ],
};
