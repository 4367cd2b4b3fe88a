import type { Finding } from '../../../../core/analysis/statement.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'trigger-rights',
  severity: 'note',
  title: 'With binary logging, triggers and functions take a right of their own',
  versions: 'all',
});

export const loggedRoutine = (what: string): Finding =>
  rule.finding(
    `with binary logging on, ${what} needs SUPER or log_bin_trust_function_creators (error 1419)`,
    'On RDS and Aurora set log_bin_trust_function_creators = 1 in the parameter group; it needs no restart.',
  );
