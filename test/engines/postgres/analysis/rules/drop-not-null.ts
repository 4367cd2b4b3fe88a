import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['ALTER TABLE users ALTER COLUMN a DROP NOT NULL'],
  passes: [
    'ALTER TABLE users ALTER COLUMN a DROP DEFAULT',
    'CREATE TABLE t (id bigint PRIMARY KEY, a text NOT NULL); ALTER TABLE t ALTER COLUMN a DROP NOT NULL',
  ],
};
