import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['CREATE TEMPORARY TABLE t (a int)'],
  passes: ['CREATE TABLE t (id bigint PRIMARY KEY)'],
};
