import { defineRule } from '../../../../core/analysis/rule.ts';
import type { Finding } from '../../../../core/analysis/statement.ts';

export const rule = defineRule({
  id: 'vacuum-full',
  severity: 'warning',
  title: 'The table is rewritten while nobody can use it',
  versions: 'all',
});

export const vacuumFull = (what: string): Finding =>
  rule.finding(
    `${what} rewrites the table while nobody can read or write it`,
    'Leave it out of the migration; pg_repack or plain VACUUM does the work beside running queries.',
  );
