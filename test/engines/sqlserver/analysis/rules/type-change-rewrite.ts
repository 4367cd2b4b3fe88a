import type { RuleTable } from '../../../rule-table.ts';
import { withColumn } from './table.ts';

export const table: RuleTable = {
  finds: [
    'ALTER TABLE dbo.users ALTER COLUMN a bigint NULL',
    'ALTER TABLE dbo.users ALTER COLUMN a varchar(40)',
  ],
  passes: [
    'ALTER TABLE dbo.users ALTER COLUMN a bigint NULL WITH (ONLINE = ON)',
    'ALTER TABLE dbo.users ALTER COLUMN a bigint NOT NULL',
    'CREATE TABLE dbo.t (id int); ALTER TABLE dbo.t ALTER COLUMN id bigint NULL',
  ],
  known: [
    {
      sql: 'ALTER TABLE dbo.users ALTER COLUMN a varchar(40) NULL',
      facts: withColumn('varchar(20)'),
      severity: null,
    },
    {
      sql: 'ALTER TABLE dbo.users ALTER COLUMN a varchar(20) NULL',
      facts: withColumn('varchar(40)'),
      severity: 'warning',
    },
    {
      sql: 'ALTER TABLE dbo.users ALTER COLUMN a varchar(max) NULL',
      facts: withColumn('varchar(40)'),
      severity: 'warning',
    },
    {
      sql: 'ALTER TABLE dbo.users ALTER COLUMN a bigint NOT NULL',
      facts: withColumn('int'),
      severity: 'warning',
    },
    {
      sql: 'ALTER TABLE dbo.users ALTER COLUMN a decimal(10, 2) NULL',
      facts: withColumn('decimal(10,2)'),
      severity: null,
    },
  ],
};
