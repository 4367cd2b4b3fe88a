import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'quoted-identifier-off',
  severity: 'warning',
  title: 'Old quoting rules shut out indexes and stay in what is defined',
  versions: 'all',
});

export const oldQuotes: Finding = rule.finding(
  'with QUOTED_IDENTIFIER or ANSI_NULLS off the server refuses indexed views, filtered indexes and indexes on computed columns, and what is defined keeps it so for good',
  'Leave it on; write names in brackets and texts in single quotes.',
);
