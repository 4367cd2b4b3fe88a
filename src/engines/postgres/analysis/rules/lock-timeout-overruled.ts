import { defineRule } from '../../../../core/analysis/rule.ts';
import type { Finding } from '../../../../core/analysis/statement.ts';

export const rule = defineRule({
  id: 'lock-timeout-overruled',
  severity: 'warning',
  title: 'Lockkeeper sets how long a statement may wait for a lock',
  versions: 'all',
});

export const lockTimeoutOverruled = (verb: string): Finding =>
  rule.finding(
    `${verb} lock_timeout is ignored: Lockkeeper sets how long each statement may wait for a lock, and tries again`,
    'Leave it out; where 500ms are not right, say lock_timeout in the manifest.',
  );

export const lockTimeoutInCode = (verb: string): Finding =>
  rule.finding(
    `the ${verb} block speaks of lock_timeout, but a wait for longer than Lockkeeper’s own is cancelled`,
    'Leave it out; where 500ms are not right, say lock_timeout in the manifest.',
  );
