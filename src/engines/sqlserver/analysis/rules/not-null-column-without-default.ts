import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'not-null-column-without-default',
  severity: 'warning',
  title: 'A new NOT NULL column without a default fails on a table with rows',
  versions: 'all',
});

export const addNotNull = (table: string, column: string): Finding =>
  rule.finding(
    `adding ${column} NOT NULL without a default fails unless ${table} is empty`,
    'Add it NULL, fill it by a backfill, then ALTER COLUMN … NOT NULL.',
  );
