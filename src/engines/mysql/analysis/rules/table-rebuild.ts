import type { Finding } from '../../../../core/analysis/statement.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'table-rebuild',
  severity: 'warning',
  title: 'The table is written anew beside running writes',
  versions: 'all; which operations, by version',
  bySize: true,
});

/** @param everywhere no server does it otherwise */
export const tableRebuild = (table: string, what: string, everywhere: boolean): Finding =>
  rule.finding(
    `${table} is written anew beside running writes (${what}), which takes space and holds up replicas`,
    'Where replicas must not lag, do it in a new table that is filled by a backfill.',
    { table, ...(everywhere ? {} : { severity: 'note' }) },
  );
