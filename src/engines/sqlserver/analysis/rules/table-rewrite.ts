import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'table-rewrite',
  severity: 'warning',
  title: 'The table is written anew while nobody can use it',
  versions: 'all',
  bySize: true,
});

export const rewrite = (table: string, what: string): Finding =>
  rule.finding(
    `${what}: each row of ${table} may be read or written while nobody can use it`,
    'Expand instead: add a column of the wanted type, fill it by a backfill, and drop the old one in the contract phase.',
    { table },
  );
