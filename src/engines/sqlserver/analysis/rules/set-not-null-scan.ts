import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'set-not-null-scan',
  severity: 'warning',
  title: 'NOT NULL reads the whole table while nobody can use it',
  versions: 'all; ONLINE since 2016 on Enterprise edition and in Azure SQL',
  bySize: true,
});

export const setNotNull = (table: string, column: string): Finding =>
  rule.finding(
    `ALTER COLUMN ${column} … NOT NULL reads every row of ${table} while nobody can use it, and fails at the first NULL`,
    'Keep new rows right first (a default, or a CHECK added WITH NOCHECK) and fill the others by a backfill; Enterprise edition since 2016 can do it WITH (ONLINE = ON).',
    { table },
  );
