import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'volatile-default-rewrite',
  severity: 'warning',
  title: 'A default that differs from row to row is written into every row',
  versions: 'all',
  bySize: true,
});

export const volatileDefault = (table: string, column: string): Finding =>
  rule.finding(
    `the default of ${column} is computed for each row: every row of ${table} is written while nobody can use it, on every edition`,
    'Add the column NULL without a default, add the default for new rows by ADD CONSTRAINT … DEFAULT, and fill the others by a backfill.',
    { table },
  );
