import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'other-database',
  severity: 'danger',
  title: 'USE leads to a database that nothing here guards',
  versions: 'all',
});

export const otherDatabase: Finding = rule.finding(
  'USE leads to another database, which the ledger, the restore point and the checks of this target do not cover',
  'Make that database a target of its own.',
);
