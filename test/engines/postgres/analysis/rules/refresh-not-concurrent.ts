import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['REFRESH MATERIALIZED VIEW totals'],
  passes: ['REFRESH MATERIALIZED VIEW CONCURRENTLY totals'],
};
