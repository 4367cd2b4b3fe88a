import type { RuleTable } from './table.ts';

export const table: RuleTable = {
  finds: ['VACUUM FULL users', 'VACUUM (FULL) users'],
  passes: ['VACUUM users', 'ANALYZE users'],
};
