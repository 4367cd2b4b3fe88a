import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'clustered-index-change',
  severity: 'warning',
  title: 'Another clustered index writes the table and all its other indexes anew',
  versions: 'all',
  bySize: true,
});

export const clusteredChange = (table: string, what: string): Finding =>
  rule.finding(
    `${what} writes ${table} in another order, and every other index of it anew`,
    'Make a new table of the wanted order, fill it by a backfill and swap; or say NONCLUSTERED.',
    { table },
  );
