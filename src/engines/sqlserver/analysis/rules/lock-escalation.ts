import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'lock-escalation',
  severity: 'note',
  title: 'Above some 5000 rows an UPDATE or DELETE locks the whole table',
  versions: 'all',
});

export const mayEscalate = (verb: string, table: string): Finding =>
  rule.finding(
    `once one ${verb} holds some 5000 locks on ${table}, the server takes a lock on the whole table instead, until it commits`,
    'If it may change more rows than that, write it as a backfill in the manifest, or in batches with TOP.',
    { table },
  );
