import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['ALTER TABLE users ADD UNIQUE (email)', 'CREATE UNIQUE INDEX u ON users (email, tenant)'],
  passes: [
    'CREATE INDEX u ON users (email)',
    'ALTER TABLE users ADD COLUMN code varchar(9) UNIQUE',
    'ALTER TABLE users ADD COLUMN code varchar(9); ALTER TABLE users ADD UNIQUE (code)',
    'CREATE TABLE t (id bigint PRIMARY KEY, a int UNIQUE)',
  ],
};
