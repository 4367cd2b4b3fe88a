import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'checks-switched-off',
  severity: 'warning',
  title: 'Rows that break a rule of the table are let in',
  versions: 'all',
});

export const constraintOff = (table: string, what: string): Finding =>
  rule.finding(
    `with ${what} of ${table} off, rows that break it are let in`,
    'Leave it on; a rule that cannot be met now cannot be met later.',
  );
