import { defineRule } from '../../../../core/analysis/rule.ts';
import type { Finding } from '../../../../core/analysis/statement.ts';

export const rule = defineRule({
  id: 'lock-table',
  severity: 'warning',
  title: 'A lock is held until the transaction ends',
  versions: 'all',
});

export const lockTable = (tables: readonly string[], mode: string): Finding =>
  rule.finding(
    `LOCK TABLE holds ${tables.join(', ')} in ${mode} mode until the transaction ends`,
    'Leave it out: each statement takes the lock it needs, and Lockkeeper limits the wait for it.',
  );
