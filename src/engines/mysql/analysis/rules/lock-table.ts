import type { Finding } from '../../../../core/analysis/statement.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'lock-table',
  severity: 'warning',
  title: 'LOCK TABLES keeps the session from every other table',
  versions: 'all',
});

export const lockTables = (verb: string): Finding =>
  rule.finding(
    `${verb} is left out: it would keep the session from every table that it does not name, and Lockkeeper’s journal is one`,
    'Leave it out: each statement takes the lock it needs, and Lockkeeper limits the wait for it.',
  );
