import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'DROP TABLE users',
    'DROP TABLE IF EXISTS users; CREATE TABLE users (id bigint PRIMARY KEY)',
    'ALTER TABLE users DROP COLUMN token',
    'DROP SCHEMA app',
    'DROP DATABASE app',
    'DROP SEQUENCE counter',
    'DROP TYPE mood',
    'DROP MATERIALIZED VIEW totals',
    'DROP VIEW adults CASCADE',
    'TRUNCATE users',
    'DELETE FROM users WHERE id = 1',
    'UPDATE users SET a = 1 WHERE id = 1',
    'INSERT INTO users VALUES (1) ON CONFLICT (id) DO UPDATE SET a = 1',
    'ALTER TABLE users ALTER COLUMN a TYPE smallint',
  ],
  passes: [
    'DROP VIEW adults',
    'DROP FUNCTION f()',
    'DROP TRIGGER t ON users',
    'ALTER TABLE users DROP CONSTRAINT c',
    'ALTER TABLE users ALTER COLUMN a DROP DEFAULT',
    'INSERT INTO users VALUES (1)',
    'CREATE TABLE t (id bigint PRIMARY KEY); DROP TABLE t',
    'ALTER TABLE users ADD COLUMN b int; UPDATE users SET b = 1 WHERE id = 1',
  ],
};
