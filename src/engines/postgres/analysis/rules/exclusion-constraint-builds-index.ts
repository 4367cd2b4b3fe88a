import { defineRule } from '../../../../core/analysis/rule.ts';
import type { Finding } from '../../../../core/analysis/statement.ts';

export const rule = defineRule({
  id: 'exclusion-constraint-builds-index',
  severity: 'warning',
  title: 'An exclusion constraint builds its index while nobody can use the table',
  versions: 'all',
  bySize: true,
});

export const exclusionBuildsIndex = (table: string): Finding =>
  rule.finding(
    `the EXCLUDE constraint builds its index while nobody can read or write ${table}, and it can be added in no other way`,
    'Add it while the table is small, or to a new table that is filled by a backfill and takes the place of the old one.',
    { table },
  );
