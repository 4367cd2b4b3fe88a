import type { Finding } from '../../../../core/analysis/statement.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'depends-on-column',
  severity: 'warning',
  title: 'Whether the table is copied depends on what the column is now',
  versions: 'all',
  bySize: true,
});

export const dependsOnColumn = (table: string): Finding =>
  rule.finding(
    `whether ${table} has to be copied depends on what the column is now: the server is asked to refuse a copy, during which nobody could write`,
    'To change a type, add a column, fill it by a backfill and drop the old one in the contract phase; to accept the copy, write ALGORITHM=COPY.',
    { table },
  );
