import { defineRule } from '../../../../core/analysis/rule.ts';
import type { Finding } from '../../../../core/analysis/statement.ts';

export const rule = defineRule({
  id: 'disable-trigger',
  severity: 'warning',
  title: 'Triggers and foreign keys are passed over',
  versions: 'all',
});

export const triggersDisabled = (table: string): Finding =>
  rule.finding(
    `with triggers of ${table} disabled, foreign keys, audit and Lockkeeper’s own dual writes may be passed over`,
    'Leave triggers on; a batch that must not fire them sets session_replication_role in its own session.',
  );
