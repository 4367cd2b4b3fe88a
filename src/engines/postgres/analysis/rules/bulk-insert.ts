import { defineRule } from '../../../../core/analysis/rule.ts';
import type { Finding } from '../../../../core/analysis/statement.ts';

export const rule = defineRule({
  id: 'bulk-insert',
  severity: 'warning',
  title: 'One INSERT … SELECT works for as long as its query takes',
  versions: 'all',
});

export const bulkInsert = (table: string): Finding =>
  rule.finding(
    `one INSERT … SELECT into ${table} holds its locks for as long as the query takes`,
    'Copy in batches, or restrict the query to few rows.',
  );
