import { defineRule } from '../../../../core/analysis/rule.ts';
import type { Finding } from '../../../../core/analysis/statement.ts';

export const rule = defineRule({
  id: 'type-change-rewrite',
  severity: 'warning',
  title: 'Another column type rewrites the table and its indexes',
  versions: 'all',
  bySize: true,
});

export const typeChange = (table: string, column: string, type: string): Finding =>
  rule.finding(
    `changing ${column} to ${type} rewrites ${table} and its indexes under an ACCESS EXCLUSIVE lock, unless the old type is binary compatible (varchar to a longer varchar or to text)`,
    'Add a column of the new type, fill it by a backfill, and let the new code read it before the old one is dropped.',
    { table },
  );
