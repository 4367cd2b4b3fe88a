import type { Finding } from '../../../../core/analysis/statement.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'not-null-column-without-default',
  severity: 'warning',
  title: 'Existing rows silently get 0, the empty text or a zero date',
  versions: 'all',
});

export const notNullWithoutDefault = (table: string, column: string): Finding =>
  rule.finding(
    `existing rows of ${table} silently get 0, the empty text or a zero date for ${column}`,
    'Add it nullable, fill it by a backfill, then make it NOT NULL; or give it a default.',
  );
