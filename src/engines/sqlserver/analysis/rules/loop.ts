import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'loop',
  severity: 'warning',
  title: 'A whole loop is one transaction',
  versions: 'all',
});

export const loop: Finding = rule.finding(
  'the whole loop is one step in one transaction: its locks stay and its log grows until it is over',
  'Write it as a backfill in the manifest: small batches, resumable and throttled.',
);
