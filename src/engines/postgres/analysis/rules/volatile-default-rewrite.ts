import { defineRule } from '../../../../core/analysis/rule.ts';
import type { Finding } from '../../../../core/analysis/statement.ts';

export const rule = defineRule({
  id: 'volatile-default-rewrite',
  severity: 'warning',
  title: 'A new column whose values differ from row to row rewrites the table',
  versions: 'all; before 11 every default does',
  bySize: true,
});

export const volatileDefault = (table: string, column: string, functions: readonly string[]): Finding =>
  rule.finding(
    `${table} is rewritten under an ACCESS EXCLUSIVE lock to give each row its own ${column} (${functions.join(', ')})`,
    'Add the column without a default, set the default in a second statement, and fill existing rows by a backfill.',
    { table },
  );

export const computedColumn = (table: string, column: string, how: string): Finding =>
  rule.finding(
    `${table} is rewritten under an ACCESS EXCLUSIVE lock to compute ${column} (${how}) for every row`,
    'Add a plain nullable column, keep it current by a trigger or the application, and fill existing rows by a backfill.',
    { table },
  );
