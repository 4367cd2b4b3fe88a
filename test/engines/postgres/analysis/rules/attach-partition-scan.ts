import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['ALTER TABLE measures ATTACH PARTITION measures_2 FOR VALUES FROM (10) TO (20)'],
  passes: [
    'ALTER TABLE measures_2 ADD CONSTRAINT bounds CHECK (id >= 10 AND id < 20) NOT VALID; ALTER TABLE measures_2 VALIDATE CONSTRAINT bounds; ALTER TABLE measures ATTACH PARTITION measures_2 FOR VALUES FROM (10) TO (20)',
    'CREATE TABLE measures_2 (LIKE measures); ALTER TABLE measures ATTACH PARTITION measures_2 FOR VALUES FROM (10) TO (20)',
  ],
};
