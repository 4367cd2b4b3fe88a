import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'CREATE TABLE t (id int PRIMARY KEY)',
    'CREATE TABLE t (id serial PRIMARY KEY)',
    'CREATE TABLE t (id smallint, PRIMARY KEY (id))',
    'ALTER TABLE users ADD COLUMN a int GENERATED ALWAYS AS IDENTITY',
    'ALTER TABLE users ADD COLUMN a serial',
  ],
  passes: [
    'CREATE TABLE t (id bigint PRIMARY KEY, a int)',
    'CREATE TABLE t (id bigserial PRIMARY KEY)',
    'ALTER TABLE users ADD COLUMN a int',
    'CREATE TABLE t (a int, b bigint, PRIMARY KEY (a, b))',
  ],
};
