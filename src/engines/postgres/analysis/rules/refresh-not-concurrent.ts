import { defineRule } from '../../../../core/analysis/rule.ts';
import type { Finding } from '../../../../core/analysis/statement.ts';

export const rule = defineRule({
  id: 'refresh-not-concurrent',
  severity: 'warning',
  title: 'Nobody can read a materialized view while it is refreshed',
  versions: 'all',
});

export const refreshNotConcurrent = (view: string): Finding =>
  rule.finding(
    `nobody can read ${view} while it is refreshed`,
    'Use REFRESH MATERIALIZED VIEW CONCURRENTLY, which needs a unique index on the view.',
  );
