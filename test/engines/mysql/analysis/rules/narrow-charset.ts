import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'CREATE TABLE t (id bigint PRIMARY KEY) DEFAULT CHARSET=utf8',
    'ALTER TABLE users ADD COLUMN name varchar(9) CHARACTER SET latin1',
    'ALTER TABLE users CONVERT TO CHARACTER SET utf8mb3',
  ],
  passes: [
    'CREATE TABLE t (id bigint PRIMARY KEY) DEFAULT CHARSET=utf8mb4',
    'ALTER TABLE users ADD COLUMN code char(3) CHARACTER SET ascii',
  ],
};
