import type { Finding } from '../../../../core/analysis/statement.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'delete-without-where',
  severity: 'warning',
  title: 'DELETE empties the table',
  versions: 'all',
});

export const deleteWithoutWhere = (table: string): Finding =>
  rule.finding(
    `DELETE without WHERE empties ${table}`,
    'If that is meant, say TRUNCATE; otherwise add the condition.',
  );
