import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['CREATE TABLE t (id bigint PRIMARY KEY, a char(3))', 'ALTER TABLE users ADD COLUMN a char'],
  passes: ['CREATE TABLE t (id bigint PRIMARY KEY, a text, b "char")'],
};
