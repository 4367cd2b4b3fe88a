import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['CREATE TABLE t (id bigint(20) PRIMARY KEY)', 'ALTER TABLE users ADD COLUMN n int(3)'],
  passes: [
    'ALTER TABLE users ADD COLUMN n tinyint(1)',
    'ALTER TABLE users ADD COLUMN n int(3) zerofill',
    'ALTER TABLE users ADD COLUMN n decimal(3)',
  ],
};
