import type { RuleTable } from '../../../rule-table.ts';
import { withColumn } from './table.ts';

export const table: RuleTable = {
  finds: ['ALTER TABLE dbo.users ALTER COLUMN a bigint'],
  passes: [
    'ALTER TABLE dbo.users ALTER COLUMN a bigint NULL',
    'ALTER TABLE dbo.users ALTER COLUMN a bigint NOT NULL',
    'CREATE TABLE dbo.t (id int NOT NULL); ALTER TABLE dbo.t ALTER COLUMN id bigint',
  ],
  known: [
    { sql: 'ALTER TABLE dbo.users ALTER COLUMN a bigint', facts: withColumn('int'), severity: null },
    {
      sql: 'ALTER TABLE dbo.users ALTER COLUMN a bigint',
      facts: withColumn('int', false),
      severity: 'warning',
    },
  ],
};
