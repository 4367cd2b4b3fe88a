import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'constraint-scan',
  severity: 'warning',
  title: 'A new constraint is checked against every row while nobody can use the table',
  versions: 'all',
  bySize: true,
});

export const constraintScan = (table: string, constraint: string): Finding =>
  rule.finding(
    `every row of ${table} is checked against ${constraint} while nobody can use the table`,
    'Add it WITH NOCHECK, then ALTER TABLE … WITH CHECK CHECK CONSTRAINT when the table is quiet, so that it is trusted.',
    { table },
  );
