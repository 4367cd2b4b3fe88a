import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    "SELECT index_name FROM information_schema.statistics WHERE table_name = 'users' AND index_name NOT LIKE '%_pkey'",
    "SELECT constraint_name FROM information_schema.table_constraints WHERE constraint_name REGEXP '_pk$'",
    "CREATE TABLE kept (name varchar(64) PRIMARY KEY) SELECT index_name AS name FROM information_schema.statistics WHERE RIGHT(index_name, 3) <> '_pk'",
  ],
  passes: [
    "SELECT index_name FROM information_schema.statistics WHERE index_name <> 'PRIMARY'",
    "SELECT name FROM users WHERE name LIKE '%_pk'",
    "SELECT index_name FROM information_schema.statistics WHERE index_name LIKE 'users%'",
  ],
};
