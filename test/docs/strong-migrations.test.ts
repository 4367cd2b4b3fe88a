import { describe, expect, it } from 'vitest';
import { lint } from '../../src/app/lint.ts';
import { plainEffects } from '../../src/app/ports/effects.ts';
import type { Engine } from '../../src/app/ports/engine.ts';
import { createMySqlEngine } from '../../src/engines/mysql/engine.ts';
import { RealClock } from '../../src/local/clock/real-clock.ts';
import { migrationOf, postgres } from '../support/planning.ts';
import { type Answer, answersTo } from './rows.ts';

/** What Active Record sends for each check of strong_migrations, as cases of ours. */
const onPostgres: Readonly<Record<string, string>> = {
  add_check_constraint: 'ALTER TABLE users ADD CONSTRAINT c CHECK (age > 0)',
  add_column_auto_incrementing: 'ALTER TABLE users ADD COLUMN n serial',
  add_column_default: "ALTER TABLE users ADD COLUMN kind text DEFAULT 'x'",
  add_column_default_callable: 'ALTER TABLE users ADD COLUMN token uuid DEFAULT gen_random_uuid()',
  add_column_generated_stored: 'ALTER TABLE users ADD COLUMN n int GENERATED ALWAYS AS (age + 1) STORED',
  add_column_json: 'ALTER TABLE users ADD COLUMN extra json',
  add_exclusion_constraint: 'ALTER TABLE users ADD CONSTRAINT e EXCLUDE USING gist (during WITH &&)',
  add_foreign_key: 'ALTER TABLE users ADD CONSTRAINT f FOREIGN KEY (team_id) REFERENCES teams (id)',
  add_index: 'CREATE INDEX i ON users (email)',
  add_index_columns: 'CREATE INDEX CONCURRENTLY i ON users (a, b, c, d)',
  add_reference: 'ALTER TABLE users ADD COLUMN team_id bigint; CREATE INDEX i ON users (team_id)',
  add_unique_constraint: 'ALTER TABLE users ADD CONSTRAINT u UNIQUE (email)',
  change_column: 'ALTER TABLE users ALTER COLUMN age TYPE bigint',
  change_column_constraint: 'ALTER TABLE users ALTER COLUMN age TYPE bigint',
  change_column_null: "UPDATE users SET kind = 'x'",
  change_column_null_postgresql: 'ALTER TABLE users ALTER COLUMN kind SET NOT NULL',
  change_column_with_not_null:
    'ALTER TABLE users ALTER COLUMN kind TYPE text, ALTER COLUMN kind SET NOT NULL',
  create_table: 'DROP TABLE IF EXISTS users; CREATE TABLE users (id bigint PRIMARY KEY)',
  execute: 'CALL tidy()',
  remove_column: 'ALTER TABLE users DROP COLUMN kind',
  remove_index: 'DROP INDEX i',
  rename_column: 'ALTER TABLE users RENAME COLUMN kind TO sort',
  rename_schema: 'ALTER SCHEMA app RENAME TO shop',
  rename_table: 'ALTER TABLE users RENAME TO people',
  validate_check_constraint:
    'ALTER TABLE users ADD CONSTRAINT c CHECK (age > 0) NOT VALID; ALTER TABLE users VALIDATE CONSTRAINT c',
  validate_foreign_key:
    'ALTER TABLE users ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES teams (id) NOT VALID; ALTER TABLE users VALIDATE CONSTRAINT f',
  add_index_corruption: '',
};

const onMysql: Readonly<Record<string, string>> = {
  add_check_constraint_mysql: 'ALTER TABLE users ADD CONSTRAINT c CHECK (age > 0)',
  change_column_null_mysql: 'ALTER TABLE users MODIFY kind varchar(9) NOT NULL',
  add_column_default: "ALTER TABLE users ADD COLUMN kind varchar(9) DEFAULT 'x'",
  add_column_auto_incrementing: 'ALTER TABLE users ADD COLUMN n bigint AUTO_INCREMENT UNIQUE',
  add_column_generated_stored: 'ALTER TABLE users ADD COLUMN n int GENERATED ALWAYS AS (age + 1) STORED',
  add_column_default_callable: 'ALTER TABLE users ADD COLUMN token varchar(36) DEFAULT (UUID())',
  add_foreign_key: 'ALTER TABLE users ADD CONSTRAINT f FOREIGN KEY (team_id) REFERENCES teams (id)',
  add_index: 'ALTER TABLE users ADD INDEX i (a), ADD INDEX j (a, b)',
  add_index_columns: 'ALTER TABLE users ADD INDEX i (a), ADD INDEX j (a, b, c, d)',
  change_column: 'ALTER TABLE users MODIFY age bigint',
  change_column_with_not_null: 'ALTER TABLE users MODIFY age bigint NOT NULL',
  change_column_null: "UPDATE users SET kind = 'x'",
  create_table: 'DROP TABLE IF EXISTS users; CREATE TABLE users (id bigint PRIMARY KEY)',
  execute: 'CALL tidy()',
  remove_column: 'ALTER TABLE users DROP COLUMN kind',
  remove_index: 'DROP INDEX i ON users',
  rename_column: 'ALTER TABLE users CHANGE kind sort varchar(9)',
  rename_table: 'RENAME TABLE users TO people',
};

/** Found only with facts of a server of that version: its own table of examples has them. */
const wantsFacts: ReadonlySet<string> = new Set(['add_index_corruption']);

const mysql = createMySqlEngine({ effects: plainEffects, clock: new RealClock() });

describe.each<
  [name: string, engine: Engine, answers: readonly Answer[], cases: Readonly<Record<string, string>>]
>([
  ['PostgreSQL', postgres, answersTo('strong_migrations', 0), onPostgres],
  ['MySQL and MariaDB', mysql, answersTo('strong_migrations', 1), onMysql],
])('strong_migrations on %s', (_name, engine, answers, cases) => {
  it('has a case here for each check that is answered, and a reason for each other', () => {
    const answered = answers.filter(({ ours }) => ours.length > 0).flatMap(({ theirs }) => theirs);
    expect(Object.keys(cases).toSorted()).toEqual(answered.toSorted());
    expect(answers.filter(({ ours, why }) => ours.length === 0 && why.length < 5)).toEqual([]);
  });

  it.each(Object.entries(cases).filter(([check]) => !wantsFacts.has(check)))('%s: %s', async (check, sql) => {
    const migration = migrationOf({ 'V1__x.sql': `${sql};\n` });
    const { findings } = await lint(engine, { migrations: [migration], scripts: [], files: [] });
    const ours = answers.find(({ theirs }) => theirs.includes(check))?.ours ?? [];
    expect(findings.map(({ rule }) => rule).filter((rule) => ours.includes(rule))).not.toEqual([]);
  });
});
