import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'update-without-where',
  severity: 'warning',
  title: 'One UPDATE over every row',
  versions: 'all',
  bySize: true,
});

export const updateWithoutWhere = (table: string): Finding =>
  rule.finding(
    `one UPDATE over all of ${table} locks the whole table until it commits, and the log holds every row of it`,
    'Write it as a backfill in the manifest: small batches, resumable and throttled.',
    { table },
  );
