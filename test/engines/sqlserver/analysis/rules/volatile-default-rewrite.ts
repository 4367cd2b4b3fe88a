import type { RuleTable } from '../../../rule-table.ts';
import { enterprise, smallUsers } from './table.ts';

export const table: RuleTable = {
  finds: [
    'ALTER TABLE dbo.users ADD a uniqueidentifier NOT NULL DEFAULT NEWID()',
    'ALTER TABLE dbo.users ADD a bigint NOT NULL DEFAULT (NEXT VALUE FOR dbo.s)',
  ],
  passes: [
    'ALTER TABLE dbo.users ADD a datetime2 NOT NULL DEFAULT SYSUTCDATETIME()',
    'ALTER TABLE dbo.users ADD a uniqueidentifier NULL DEFAULT NEWID()',
  ],
  known: [
    {
      sql: 'ALTER TABLE dbo.users ADD a uniqueidentifier NOT NULL DEFAULT NEWID()',
      facts: enterprise,
      severity: 'warning',
    },
    {
      sql: 'ALTER TABLE dbo.users ADD a uniqueidentifier NOT NULL DEFAULT NEWID()',
      facts: smallUsers,
      severity: 'note',
    },
  ],
};
