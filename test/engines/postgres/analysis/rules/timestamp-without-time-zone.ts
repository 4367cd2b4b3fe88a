import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'CREATE TABLE t (id bigint PRIMARY KEY, a timestamp)',
    'ALTER TABLE users ADD COLUMN a timestamp without time zone',
  ],
  passes: ['CREATE TABLE t (id bigint PRIMARY KEY, a timestamptz, b date)'],
};
