import type { RuleTable } from '../../../rule-table.ts';
import { withColumn } from './table.ts';

export const table: RuleTable = {
  finds: ['ALTER TABLE dbo.users ALTER COLUMN a int NOT NULL'],
  passes: [
    'ALTER TABLE dbo.users ALTER COLUMN a int NULL',
    'ALTER TABLE dbo.users ALTER COLUMN a int NOT NULL WITH (ONLINE = ON)',
  ],
  known: [
    {
      sql: 'ALTER TABLE dbo.users ALTER COLUMN a int NOT NULL',
      facts: withColumn('int', false),
      severity: null,
    },
    {
      sql: 'ALTER TABLE dbo.users ALTER COLUMN a int NOT NULL',
      facts: withColumn('int'),
      severity: 'warning',
    },
  ],
};
