import type { Finding } from '../../../../core/analysis/statement.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'bulk-insert',
  severity: 'warning',
  title: 'One INSERT … SELECT locks the rows it reads as well',
  versions: 'all',
});

export const bulkInsert = (table: string): Finding =>
  rule.finding(
    `one INSERT … SELECT into ${table} locks the rows it reads, too, for as long as it takes`,
    'Copy in batches, or restrict the query to few rows.',
  );
