import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'session-setting',
  severity: 'note',
  title: 'A setting does not reach the other steps of the migration',
  versions: 'all',
});

export const sessionSetting = (what: string): Finding =>
  rule.finding(
    `${what} holds for one session; other steps of the migration run in sessions of their own, where it is said again`,
    'Nothing needs to be done, unless something else was meant.',
  );
