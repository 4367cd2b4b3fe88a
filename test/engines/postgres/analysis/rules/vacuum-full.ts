import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['VACUUM FULL users', 'VACUUM (FULL) users'],
  passes: ['VACUUM users', 'ANALYZE users'],
};
