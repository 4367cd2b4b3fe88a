import { defineRule } from '../../../../core/analysis/rule.ts';
import type { Finding } from '../../../../core/analysis/statement.ts';

export const rule = defineRule({
  id: 'delete-without-where',
  severity: 'warning',
  title: 'DELETE empties the table',
  versions: 'all',
  bySize: true,
});

export const deleteWithoutWhere = (table: string): Finding =>
  rule.finding(
    `DELETE without WHERE empties ${table}`,
    'If that is meant, say TRUNCATE; otherwise add the condition.',
    { table },
  );
