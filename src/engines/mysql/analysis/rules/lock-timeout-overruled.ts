import type { Finding } from '../../../../core/analysis/statement.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'lock-timeout-overruled',
  severity: 'warning',
  title: 'Lockkeeper sets how long a statement may wait for a lock',
  versions: 'all',
});

export const lockTimeoutOverruled = (name: string): Finding =>
  rule.finding(
    `SET ${name} is ignored: Lockkeeper sets how long each statement may wait for a lock, and tries again`,
    'Leave it out; where 500ms are not right, say lock_timeout in the manifest.',
  );
