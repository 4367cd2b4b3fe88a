import { defineRule } from '../../../../core/analysis/rule.ts';
import type { Finding } from '../../../../core/analysis/statement.ts';

export const rule = defineRule({
  id: 'add-column-with-default',
  severity: 'note',
  title: 'Existing rows have the default at once',
  versions: 'since 11',
});

export const addColumnWithDefault = (column: string): Finding =>
  rule.finding(
    `existing rows have the default of ${column} at once, without a rewrite (PostgreSQL 11 and later)`,
    'A backfill of this column must not look for NULL: there is none.',
  );
