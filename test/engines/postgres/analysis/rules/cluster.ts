import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['CLUSTER users USING i', 'CLUSTER'],
  passes: ['ALTER TABLE users CLUSTER ON i'],
};
