import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    '/*!40101 SET NAMES utf8 */',
    'CREATE TABLE t (id bigint PRIMARY KEY) /*!50100 PARTITION BY HASH (id) */',
  ],
  passes: ['CREATE TABLE t (id bigint PRIMARY KEY) /* plain */'],
};
