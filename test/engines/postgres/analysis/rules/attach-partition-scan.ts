import type { RuleTable } from './table.ts';

export const table: RuleTable = {
  finds: ['ALTER TABLE measures ATTACH PARTITION measures_2 FOR VALUES FROM (10) TO (20)'],
  passes: [
    'CREATE TABLE measures_2 (LIKE measures); ALTER TABLE measures ATTACH PARTITION measures_2 FOR VALUES FROM (10) TO (20)',
  ],
};
