import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'disable-trigger',
  severity: 'warning',
  title: 'What a trigger does is left undone',
  versions: 'all',
});

export const triggerOff = (table: string): Finding =>
  rule.finding(
    `a trigger of ${table} is switched off for everybody, not for this session only: what others write meanwhile goes past it`,
    'Leave it on and let the statement cope with it, or replace the trigger by one that knows what to pass over.',
  );
