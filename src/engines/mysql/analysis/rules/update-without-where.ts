import type { Finding } from '../../../../core/analysis/statement.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'update-without-where',
  severity: 'warning',
  title: 'One UPDATE over every row',
  versions: 'all',
  bySize: true,
});

export const updateWithoutWhere = (table: string): Finding =>
  rule.finding(
    `one UPDATE over all of ${table} keeps every row locked until it commits, and its undo log grows with it`,
    'Write it as a backfill in the manifest: small batches, resumable and throttled.',
    { table },
  );
