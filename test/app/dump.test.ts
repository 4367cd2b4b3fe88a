import { it } from 'vitest';
import { planFiles } from '../support/planning.ts';
import { pairs, users } from '../support/statements.ts';
const show = (name: string, p: any) => console.log(name + '\n' + [
 ...p.steps.map((s: any) => `${s.id} ${s.mode}${s.long?' long':''}${s.destroys?' DESTROYS':''} [${s.lock?.mode ?? '-'} ${s.lock?.tables ?? ''}] ${s.statements.length}: ${s.title}`),
 ...p.rollback.undo.map((s: any) => `  ${s.id} <- ${s.undoes}  ${s.title}`),
 ...p.rollback.notUndone.map((s: any) => `  NOT ${s.step} ${s.reason}`),
 ...p.findings.map((f: any) => `  ${f.severity} ${f.rule} ${f.position?.line}: ${f.message}`),
 ...p.approvalReasons.map((r: string) => `  APPROVE ${r}`), `  restore: ${p.restorePoint.reason}`].join('\n'));
const t = (files: any, o: any = {}) => planFiles(files, o).catch((e: any) => { console.log(JSON.stringify(e.problems ?? e.message, null, 1)); });
it('x', async () => {
  const cases: [string, any, any?][] = [
  ['01', { 'V1__v.yaml': `
summary: s
expand:
  - ALTER TABLE users ADD COLUMN email_verified boolean
  - CREATE INDEX CONCURRENTLY idx_users_email_verified ON users (email_verified)
backfill:
  - table: users
    set: { email_verified: "email_confirmation_token IS NULL" }
    where: "email_verified IS NULL"
contract:
  after: deployment
  sql:
    - ALTER TABLE users DROP COLUMN email_confirmation_token
`, 'U1__v.sql': 'ALTER TABLE users ADD COLUMN IF NOT EXISTS email_confirmation_token text;\nALTER TABLE users DROP COLUMN email_verified;' }, { tables: { users } }],
  ['01 trap', { 'V1__v.yaml': `
expand:
  - ALTER TABLE users ADD COLUMN email_verified boolean DEFAULT FALSE
backfill:
  - table: users
    set: { email_verified: "true" }
    where: "email_verified IS NULL"
rollback: { policy: restore }
` }, { tables: { users } }],
  ['03', { 'V3__n.sql': 'ALTER TABLE users ADD COLUMN country text;\nALTER TABLE users ADD CONSTRAINT users_country_set CHECK (country IS NOT NULL) NOT VALID;\n', 'V3__n.yaml': `
backfill:
  - { table: users, set: { country: "'unknown'" }, where: "country IS NULL" }
contract:
  after: immediately
  sql:
    - ALTER TABLE users VALIDATE CONSTRAINT users_country_set
    - ALTER TABLE users ALTER COLUMN country SET NOT NULL
    - ALTER TABLE users DROP CONSTRAINT users_country_set
`, 'U3__n.sql': 'ALTER TABLE users DROP COLUMN country;' }, { tables: { users } }],
  ['03 plain', { 'V3__n.sql': `ALTER TABLE users ADD COLUMN country text;
UPDATE users SET country = 'unknown';
ALTER TABLE users ADD CONSTRAINT users_country_set CHECK (country IS NOT NULL) NOT VALID;
ALTER TABLE users VALIDATE CONSTRAINT users_country_set;
ALTER TABLE users ALTER COLUMN country SET NOT NULL;
`, 'U3__n.sql': 'ALTER TABLE users DROP COLUMN country;' }],
  ['04', { 'V001__add_user_preferences.sql': `BEGIN;
CREATE TABLE user_preferences (
  user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  theme text NOT NULL DEFAULT 'light',
  language text NOT NULL DEFAULT 'en',
  timezone text NOT NULL DEFAULT 'UTC',
  notifications jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_user_preferences_language ON user_preferences (language);
COMMENT ON TABLE user_preferences IS 'what users like';
GRANT SELECT ON user_preferences TO reporting;
INSERT INTO user_preferences (user_id) SELECT id FROM users;
COMMIT;
` }],
  ['04 with down', { 'V001__a.sql': `BEGIN;
CREATE TABLE user_preferences (user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE, language text);
INSERT INTO user_preferences (user_id) SELECT id FROM users;
CREATE INDEX i ON user_preferences (language);
COMMIT;
`, 'U001__a.sql': 'DROP TABLE user_preferences;' }],
  ['mix', { 'V5__m.sql': `ALTER TABLE users RENAME COLUMN mail TO email;
ALTER TABLE users ALTER COLUMN active SET DEFAULT true;
CREATE OR REPLACE VIEW active_users AS SELECT * FROM users WHERE active;
GRANT SELECT ON active_users TO reporting;
COMMENT ON COLUMN users.email IS 'where to write';
DROP INDEX CONCURRENTLY idx_users_mail;
CREATE TABLE a (id int); CREATE TABLE b (id int);
CREATE TYPE mood AS ENUM ('ok');
ALTER TABLE users ADD CHECK (age > 0) NOT VALID;
`, 'U5__m.sql': `ALTER TABLE users DROP CONSTRAINT users_age_check;
DROP TYPE mood;
DROP TABLE a, b;
CREATE INDEX CONCURRENTLY idx_users_mail ON users (mail);
CREATE OR REPLACE VIEW active_users AS SELECT id FROM users WHERE active;
ALTER TABLE users ALTER COLUMN active DROP DEFAULT;
ALTER TABLE users RENAME COLUMN email TO mail;
` }],
  ['down', { 'V1__v.sql': 'CREATE TABLE a (id int);', 'U1__v.sql': 'DROP TABLE a;' }, { direction: 'down' }],
  ];
  for (const [n, f, o] of cases) { const p = await t(f, o); if (p) show(n, p); else console.log(n, 'refused'); }
});
