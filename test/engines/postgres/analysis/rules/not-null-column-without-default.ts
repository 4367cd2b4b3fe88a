import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['ALTER TABLE users ADD COLUMN a bigint NOT NULL'],
  passes: [
    'ALTER TABLE users ADD COLUMN a bigint NOT NULL DEFAULT 1',
    'ALTER TABLE users ADD COLUMN a bigint',
    'CREATE TABLE t (id bigint PRIMARY KEY, a bigint NOT NULL)',
  ],
};
