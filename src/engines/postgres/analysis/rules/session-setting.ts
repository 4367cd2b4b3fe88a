import { defineRule } from '../../../../core/analysis/rule.ts';
import type { Finding } from '../../../../core/analysis/statement.ts';

export const rule = defineRule({
  id: 'session-setting',
  severity: 'note',
  title: 'A setting does not reach the other steps of the migration',
  versions: 'all',
});

export const sessionSetting = (what: string): Finding =>
  rule.finding(
    `${what} holds for one session; other steps of the migration run in sessions of their own`,
    'Write schema names out instead of setting search_path; leave timeouts to the manifest (lock_timeout).',
  );
