import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'brackets-in-name',
  severity: 'error',
  title: 'sp_rename makes brackets part of the name',
  versions: 'all',
});

export const bracketsInName = (to: string): Finding =>
  rule.finding(
    `sp_rename takes the new name as it stands: the brackets of ${to} would become part of it`,
    'Write the new name without brackets, quotes and schema.',
  );
