import type { Finding } from '../../../../core/analysis/statement.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'checks-switched-off',
  severity: 'warning',
  title: 'Rows that break a constraint are let in',
  versions: 'all',
});

export const checksOff = (name: string): Finding =>
  rule.finding(
    `with ${name} off, rows that break a constraint are let in and never found again`,
    'Leave it on; a constraint that cannot be met now cannot be met later.',
  );
