import { defineRule } from '../../../../core/analysis/rule.ts';
import type { Finding } from '../../../../core/analysis/statement.ts';

export const rule = defineRule({
  id: 'table-rewrite',
  severity: 'warning',
  title: 'The table is rewritten while nobody can use it',
  versions: 'all',
  bySize: true,
});

export const rewrite = (table: string, why: string): Finding =>
  rule.finding(
    `${why} rewrites ${table} under an ACCESS EXCLUSIVE lock`,
    'Do it in a new table that is filled by a backfill, or in a maintenance window.',
    { table },
  );
