import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    "ALTER TABLE users ADD COLUMN born date NOT NULL DEFAULT '0000-00-00'",
    "CREATE TABLE t (id bigint PRIMARY KEY, a datetime DEFAULT '2020-00-01')",
  ],
  passes: [
    "ALTER TABLE users ADD COLUMN born date DEFAULT '2000-01-01'",
    "ALTER TABLE users ADD COLUMN code char(4) DEFAULT '0000'",
  ],
};
