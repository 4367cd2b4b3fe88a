import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'CREATE TABLE t (id bigint PRIMARY KEY, a varchar(10))',
    'ALTER TABLE users ADD COLUMN a varchar(10)',
  ],
  passes: ['CREATE TABLE t (id bigint PRIMARY KEY, a varchar, b text)'],
};
