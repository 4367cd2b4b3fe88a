import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'merge-races',
  severity: 'note',
  title: 'Two MERGE at once may both insert a row',
  versions: 'all',
});

export const mergeRaces = (table: string): Finding =>
  rule.finding(
    `two sessions that MERGE into ${table} at once may both insert a row, unless it says WITH (HOLDLOCK)`,
    'Write MERGE INTO … WITH (HOLDLOCK), or UPDATE and INSERT apart.',
  );
