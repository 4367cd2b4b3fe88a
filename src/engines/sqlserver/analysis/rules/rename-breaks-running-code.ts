import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'rename-breaks-running-code',
  severity: 'warning',
  title: 'Running code uses the old name',
  versions: 'all',
});

export const renameBreaksCode = (what: string, to: string): Finding =>
  rule.finding(
    `running code, views and procedures that say ${what} fail from the instant it is called ${to}`,
    'Expand instead: add the new name (a column kept current, or a view), switch the code, then drop the old name in the contract phase.',
  );
