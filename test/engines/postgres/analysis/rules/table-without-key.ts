import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['CREATE TABLE t (a text)', 'CREATE TABLE t (a text NOT NULL, CHECK (length(a) > 3))'],
  passes: [
    'CREATE TABLE t (id bigint PRIMARY KEY)',
    'CREATE TABLE t (a bigint, b bigint, PRIMARY KEY (a, b))',
    'CREATE TABLE t (a text UNIQUE)',
    'CREATE TEMP TABLE t (a text)',
    'CREATE TABLE t (LIKE users INCLUDING ALL)',
    'CREATE TABLE measures_3 PARTITION OF measures FOR VALUES FROM (20) TO (30)',
  ],
};
