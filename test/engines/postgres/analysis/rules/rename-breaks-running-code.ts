import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'ALTER TABLE users RENAME TO people',
    'ALTER TABLE users RENAME COLUMN a TO b',
    'ALTER VIEW adults RENAME TO grown_ups',
    'ALTER SCHEMA app RENAME TO application',
    'ALTER TABLE users SET SCHEMA archive',
    "ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'",
  ],
  passes: [
    'ALTER INDEX i RENAME TO j',
    'ALTER TABLE users RENAME CONSTRAINT c TO d',
    'CREATE TABLE t (id bigint PRIMARY KEY); ALTER TABLE t RENAME TO s',
  ],
};
