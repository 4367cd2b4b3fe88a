import type { Finding } from '../../../../core/analysis/statement.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'not-replicated',
  severity: 'danger',
  title: 'Replicas and point-in-time recovery never see the change',
  versions: 'all',
});

export const notReplicated: Finding = rule.finding(
  'with sql_log_bin off, replicas and point-in-time recovery never see the change',
  'Leave it out.',
);
