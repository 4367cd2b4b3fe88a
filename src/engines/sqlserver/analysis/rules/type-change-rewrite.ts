import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'type-change-rewrite',
  severity: 'warning',
  title: 'Another column type reads or writes every row while nobody can use the table',
  versions: 'all; ONLINE since 2016 on Enterprise edition and in Azure SQL',
  bySize: true,
});

export const typeChange = (table: string, column: string, from: string | null): Finding =>
  rule.finding(
    from === null
      ? `unless it only makes a text longer, ALTER COLUMN ${column} reads or writes every row of ${table} while nobody can use it`
      : `ALTER COLUMN ${column}, which is ${from} now, reads or writes every row of ${table} while nobody can use it`,
    'Expand instead: add a column of the wanted type, fill it by a backfill, and drop the old one in the contract phase; Enterprise edition since 2016 can do it WITH (ONLINE = ON).',
    { table },
  );
