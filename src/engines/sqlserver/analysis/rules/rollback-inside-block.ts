import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'rollback-inside-block',
  severity: 'danger',
  title: 'ROLLBACK inside a block ends the transaction of the step',
  versions: 'all',
});

export const rollbackInside: Finding = rule.finding(
  'ROLLBACK inside a block ends the transaction of the step, with Lockkeeper’s journal in it',
  'Leave it out, and let the error reach Lockkeeper, which rolls back.',
);
