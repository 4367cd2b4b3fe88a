import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'CREATE TABLE t (id bigint PRIMARY KEY, rank int)',
    'ALTER TABLE users ADD COLUMN system varchar(9)',
  ],
  passes: ['CREATE TABLE t (id bigint PRIMARY KEY, `rank` int)', 'ALTER TABLE users ADD COLUMN ranking int'],
};
