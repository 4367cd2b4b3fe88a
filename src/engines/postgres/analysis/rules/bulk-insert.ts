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

/** Each new row holds its parent, so that nobody can delete it or change its key. */
export const seedsInOneGo = (table: string, parents: readonly string[]): Finding =>
  rule.finding(
    `one INSERT … SELECT fills ${table} and keeps every row it refers to in ${parents.join(', ')} locked against deletion until it commits`,
    'Create the table empty and fill it in batches: let the application treat a missing row as the default meanwhile.',
  );
