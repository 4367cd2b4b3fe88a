import type { SqlSource } from '../../src/core/migration.ts';
import type { Scenario } from './run-scenario.ts';

/** The rows of the PostgreSQL scenario, in one partition of several batches: no statistics can be made up here. */
export const mysqlSchema = `
CREATE TABLE users (
  id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
  email varchar(255) NOT NULL UNIQUE,
  email_confirmation_token varchar(255)
) DEFAULT CHARSET = utf8mb4;
INSERT INTO users (id, email, email_confirmation_token)
SELECT n, CONCAT('user', n, '@example.com'), IF(n % 3 = 0, MD5(n), NULL)
FROM (SELECT 1 + a.d + 10 * b.d + 100 * c.d AS n FROM
  (SELECT 0 AS d ${union(9)}) a, (SELECT 0 AS d ${union(9)}) b, (SELECT 0 AS d ${union(4)}) c) AS numbers;
ANALYZE TABLE users;`;

function union(last: number): string {
  return Array.from({ length: last }, (_, index) => `UNION ALL SELECT ${index + 1}`).join(' ');
}

const files: readonly SqlSource[] = [
  { path: 'V042__add_email_verified.sql', text: '-- described by the manifest beside it\n' },
  {
    path: 'U042__add_email_verified.sql',
    text: 'DROP INDEX idx_users_email_verified ON users;\nALTER TABLE users DROP COLUMN email_verified;\n',
  },
  {
    path: 'V042__add_email_verified.yaml',
    text: `
summary: know whether a user's e-mail address is verified
expand:
  - ALTER TABLE users ADD COLUMN email_verified tinyint
  - CREATE INDEX idx_users_email_verified ON users (email_verified)
backfill:
  - table: users
    set: { email_verified: "email_confirmation_token IS NULL" }
    where: "email_verified IS NULL"
    batch: { rows: 125, max: 125, target: 5s }
    pace: 1
checks:
  before:
    - no_nulls: { table: users, columns: [email] }
    - unique: { table: users, columns: [email] }
  after:
    - no_nulls: { table: users, columns: [email_verified] }
contract:
  after: deployment
  sql:
    - ALTER TABLE users MODIFY email_verified tinyint NOT NULL
    - ALTER TABLE users DROP COLUMN email_confirmation_token
`,
  },
];

/** Expand, backfill, validate, wait for the deployment, contract; the application writes meanwhile. */
export const mysqlExpandAndContract: Scenario = {
  files,
  migration: '042',
  meanwhile: {
    'lockkeeper-partition': `
      INSERT INTO users (email, email_confirmation_token) VALUES ('new@example.com', NULL), ('newer@example.com', 'token');
      UPDATE users SET email_confirmation_token = 'again' WHERE id IN (1, 499)`,
  },
};
