import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'CALL tidy()',
    'DO SLEEP(1)',
    'SET GLOBAL max_connections = 10',
    "PREPARE s FROM 'DROP TABLE t'",
    'ALTER TABLE users FROBNICATE',
    'SELECT tidy()',
  ],
  passes: ['SELECT count(*) FROM users', 'CREATE PROCEDURE p() BEGIN SELECT 1; END'],
};
