import { defineRule } from '../../../../core/analysis/rule.ts';
import type { Finding } from '../../../../core/analysis/statement.ts';

export const rule = defineRule({
  id: 'unique-constraint-builds-index',
  severity: 'warning',
  title: 'A UNIQUE or PRIMARY KEY constraint builds its index while nobody can use the table',
  versions: 'all',
  bySize: true,
});

export const uniqueBuildsIndex = (table: string, kind: string): Finding =>
  rule.finding(
    `the ${kind} constraint builds its index while nobody can read or write ${table}`,
    'CREATE UNIQUE INDEX CONCURRENTLY first, then ADD CONSTRAINT … USING INDEX.',
    { table },
  );
