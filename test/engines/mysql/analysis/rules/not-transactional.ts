import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['CREATE TABLE t (id bigint PRIMARY KEY) ENGINE=MyISAM'],
  passes: ['CREATE TABLE t (id bigint PRIMARY KEY) ENGINE=InnoDB'],
};
