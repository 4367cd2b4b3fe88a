import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['CREATE TABLE t (id bigint)', 'CREATE TABLE t (id bigint, KEY (id))'],
  passes: [
    'CREATE TABLE t (id bigint PRIMARY KEY)',
    'CREATE TABLE t (id bigint, UNIQUE (id))',
    'CREATE TABLE t (id serial)',
    'CREATE TABLE t LIKE users',
    'CREATE TABLE t AS SELECT 1',
  ],
};
