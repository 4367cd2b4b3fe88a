import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'bulk-insert',
  severity: 'warning',
  title: 'One INSERT of a whole query is one transaction',
  versions: 'all',
});

export const bulkInsert = (table: string): Finding =>
  rule.finding(
    `one INSERT of a whole query into ${table} is one transaction: above some 5000 locks it takes the whole table`,
    'Copy in batches, or restrict the query to few rows.',
  );
