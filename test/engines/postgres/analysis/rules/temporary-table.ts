import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'CREATE TEMP TABLE t (a int)',
    'CREATE TEMP TABLE t AS SELECT 1 AS a',
    'CREATE TEMP VIEW v AS SELECT 1 AS a',
  ],
  passes: ['CREATE TABLE t (id bigint PRIMARY KEY)', 'CREATE UNLOGGED TABLE t (id bigint PRIMARY KEY)'],
};
