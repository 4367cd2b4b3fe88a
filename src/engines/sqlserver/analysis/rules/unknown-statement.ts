import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'unknown-statement',
  severity: 'danger',
  title: 'What the statement does cannot be told from its text',
  versions: 'all',
});

export const unknown = (why: string): Finding =>
  rule.finding(
    `${why}: what it changes, locks or loses cannot be told from its text`,
    'Write it as plain SQL statements, or read it and approve it by hand.',
  );
