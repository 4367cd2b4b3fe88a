import type { RuleTable } from './table.ts';

export const table: RuleTable = {
  finds: ['CLUSTER users USING i', 'CLUSTER'],
  passes: ['ALTER TABLE users CLUSTER ON i'],
};
