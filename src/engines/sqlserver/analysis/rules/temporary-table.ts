import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'temporary-table',
  severity: 'warning',
  title: 'A temporary table is gone with its session',
  versions: 'all',
});

export const temporaryTable = (table: string): Finding =>
  rule.finding(
    `${table} is temporary: it is gone with its session, and a later step may run in another one`,
    'Use an ordinary table and drop it in the contract phase.',
  );
