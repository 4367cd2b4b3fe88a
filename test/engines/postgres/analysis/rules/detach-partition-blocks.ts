import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['ALTER TABLE measures DETACH PARTITION measures_1'],
  passes: [
    'ALTER TABLE measures DETACH PARTITION measures_1 CONCURRENTLY',
    'ALTER TABLE measures DETACH PARTITION measures_1 FINALIZE',
  ],
};
