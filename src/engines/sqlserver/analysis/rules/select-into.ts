import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'select-into',
  severity: 'warning',
  title: 'SELECT INTO copies all rows at once into a table without keys',
  versions: 'all',
});

export const selectInto = (table: string): Finding =>
  rule.finding(
    `SELECT … INTO ${table} copies all rows in one transaction, into a table without keys, indexes, defaults and constraints`,
    'CREATE TABLE with its keys, then copy by a backfill in the manifest.',
  );
