import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'delete-without-where',
  severity: 'warning',
  title: 'DELETE empties the table',
  versions: 'all',
});

export const deleteWithoutWhere = (table: string): Finding =>
  rule.finding(
    `DELETE without WHERE empties ${table}, row by row`,
    'If that is meant, say TRUNCATE TABLE; otherwise add the condition.',
    { table },
  );
