import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'DROP TABLE users',
    'DROP TABLE IF EXISTS a, b',
    'DROP DATABASE app',
    'TRUNCATE users',
    'DELETE FROM users WHERE id = 1',
    'UPDATE users SET a = 1 WHERE id = 1',
    'REPLACE INTO users VALUES (1)',
    'INSERT INTO users (id, a) VALUES (1, 2) ON DUPLICATE KEY UPDATE a = VALUES(a)',
    'ALTER TABLE users DROP COLUMN a',
    'ALTER TABLE users MODIFY a decimal(6,2)',
    'ALTER TABLE users DROP PARTITION p0',
    'CREATE OR REPLACE TABLE t (id int PRIMARY KEY)',
  ],
  passes: [
    'DROP VIEW adults',
    'DROP INDEX i ON users',
    'CREATE TABLE t (id bigint PRIMARY KEY); DROP TABLE t',
    'ALTER TABLE users ADD n int; UPDATE users SET n = 1 WHERE id < 9',
    'INSERT INTO users VALUES (1)',
  ],
};
