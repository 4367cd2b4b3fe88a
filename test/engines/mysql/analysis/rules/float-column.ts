import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'ALTER TABLE users ADD COLUMN price double',
    'CREATE TABLE t (id bigint PRIMARY KEY, price float(9,2))',
  ],
  passes: ['ALTER TABLE users ADD COLUMN price decimal(9,2)'],
};
