import { defineRule } from '../../../../core/analysis/rule.ts';
import type { Finding } from '../../../../core/analysis/statement.ts';

export const rule = defineRule({
  id: 'not-null-column-without-default',
  severity: 'warning',
  title: 'A new NOT NULL column without a default fails on a table with rows',
  versions: 'all',
});

export const notNullWithoutDefault = (table: string, column: string): Finding =>
  rule.finding(
    `adding ${column} NOT NULL without a default fails as soon as ${table} has a row`,
    'Add it nullable, fill it by a backfill, then SET NOT NULL; or give it a default.',
  );
