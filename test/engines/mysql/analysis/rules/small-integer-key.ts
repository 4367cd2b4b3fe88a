import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'CREATE TABLE t (id int PRIMARY KEY)',
    'CREATE TABLE t (id int unsigned NOT NULL AUTO_INCREMENT, PRIMARY KEY (id))',
    'ALTER TABLE users ADD COLUMN n mediumint AUTO_INCREMENT UNIQUE',
  ],
  passes: [
    'CREATE TABLE t (id bigint AUTO_INCREMENT PRIMARY KEY)',
    'CREATE TABLE t (a int, b int, PRIMARY KEY (a, b))',
  ],
};
