/** A case of ours for each rule of squawk that one of our rules answers. */
export const squawkCases: Readonly<Record<string, string>> = {
  'require-concurrent-index-creation': 'CREATE INDEX i ON users (email)',
  'require-concurrent-index-deletion': 'DROP INDEX i',
  'require-concurrent-reindex': 'REINDEX INDEX i',
  'require-concurrent-partition-detach': 'ALTER TABLE measures DETACH PARTITION measures_1',
  'ban-concurrent-index-creation-in-transaction':
    'BEGIN; CREATE INDEX CONCURRENTLY i ON users (email); COMMIT',
  'constraint-missing-not-valid': 'ALTER TABLE users ADD CONSTRAINT c CHECK (age > 0)',
  'adding-field-with-default': 'ALTER TABLE users ADD COLUMN token uuid DEFAULT gen_random_uuid()',
  'adding-foreign-key-constraint':
    'ALTER TABLE users ADD CONSTRAINT f FOREIGN KEY (team_id) REFERENCES teams (id)',
  'adding-not-nullable-field': 'ALTER TABLE users ALTER COLUMN kind SET NOT NULL',
  'adding-required-field': 'ALTER TABLE users ADD COLUMN kind text NOT NULL',
  'adding-serial-primary-key-field': 'ALTER TABLE users ADD COLUMN n serial PRIMARY KEY',
  'disallowed-unique-constraint': 'ALTER TABLE users ADD CONSTRAINT u UNIQUE (email)',
  'changing-column-type': 'ALTER TABLE users ALTER COLUMN age TYPE bigint',
  'renaming-column': 'ALTER TABLE users RENAME COLUMN kind TO sort',
  'renaming-table': 'ALTER TABLE users RENAME TO people',
  'ban-drop-column': 'ALTER TABLE users DROP COLUMN kind',
  'ban-drop-table': 'DROP TABLE users',
  'ban-drop-database': 'DROP DATABASE shop',
  'ban-drop-not-null': 'ALTER TABLE users ALTER COLUMN kind DROP NOT NULL',
  'ban-truncate-cascade': 'TRUNCATE users CASCADE',
  'ban-create-domain-with-constraint': 'CREATE DOMAIN age AS int CHECK (VALUE > 0)',
  'ban-alter-domain-with-add-constraint': 'ALTER DOMAIN age ADD CONSTRAINT c CHECK (VALUE > 0)',
  'ban-char-field': 'CREATE TABLE t (id bigint PRIMARY KEY, code char(3))',
  'prefer-text-field': 'CREATE TABLE t (id bigint PRIMARY KEY, name varchar(80))',
  'prefer-timestamp-tz': 'CREATE TABLE t (id bigint PRIMARY KEY, made timestamp)',
  'prefer-bigint-over-int': 'CREATE TABLE t (id int PRIMARY KEY)',
  'prefer-bigint-over-smallint': 'CREATE TABLE t (id smallint PRIMARY KEY)',
  'prefer-identity': 'CREATE TABLE t (id bigserial PRIMARY KEY)',
  'require-enum-value-ordering': "ALTER TYPE mood ADD VALUE 'calm'",
  'identifier-too-long': `CREATE TABLE ${'n'.repeat(64)} (id bigint PRIMARY KEY)`,
  'transaction-nesting': 'BEGIN; BEGIN; SELECT 1; COMMIT',
  'ban-uncommitted-transaction': 'BEGIN; SELECT 1',
};

/** Answered, without a case of this kind. */
export const otherwise: Readonly<Record<string, string>> = {
  'prefer-repack': 'squawk finds it from PostgreSQL 19 on, and is asked about 18',
  'unused-ignore': 'its answer is about silences, of which squawk’s have another form',
};
