import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { KeepCurrentInput } from '../../../src/app/ports/engine.ts';
import { keepCurrent } from '../../../src/engines/postgres/keep-current.ts';
import { quoteIdentifier, quoteTable } from '../../../src/engines/postgres/quote.ts';
import type { Session } from '../../../src/engines/postgres/session/session.ts';
import { startPostgres, type TestPostgres } from '../../support/postgres.ts';
import { openTestSession } from './open-test-session.ts';

let server: TestPostgres;
let url: string;
let keeper: Session;
let application: pg.Client;

const roleName = 'writer';

beforeAll(async () => {
  server = await startPostgres();
});

afterAll(async () => {
  await server?.stop();
});

beforeEach(async () => {
  url = (await server.createDatabase()).url;
  keeper = await openTestSession(url);
  await keeper.write(
    'prepare',
    `CREATE SCHEMA lockkeeper; REVOKE ALL ON SCHEMA lockkeeper FROM PUBLIC;
     ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
     DO $$ BEGIN CREATE ROLE ${roleName} LOGIN PASSWORD 'w'; EXCEPTION WHEN duplicate_object THEN NULL; END $$`,
  );
  const login = new URL(url);
  login.username = roleName;
  login.password = 'w';
  application = new pg.Client({ connectionString: login.href });
  await application.connect();
  return async () => {
    await application.end();
    await keeper.close();
  };
});

const backfill = (
  given: Partial<KeepCurrentInput> & Pick<KeepCurrentInput, 'table' | 'set'>,
): KeepCurrentInput => ({
  ordinal: 0,
  version: '042',
  where: null,
  ...given,
});

async function install(input: KeepCurrentInput): Promise<void> {
  for (const { text } of keepCurrent(input).install) await keeper.write('install', text);
}

async function remove(input: KeepCurrentInput): Promise<void> {
  for (const { text } of keepCurrent(input).remove) await keeper.write('remove', text);
}

const emailVerified = backfill({
  table: 'users',
  set: { email_verified: 'email_confirmation_token IS NULL' },
  where: 'email_verified IS NULL',
});

async function createUsers(): Promise<void> {
  await keeper.write(
    'create',
    `CREATE TABLE users (id int PRIMARY KEY, email_confirmation_token text, email_verified boolean);
     GRANT INSERT, SELECT, UPDATE ON users TO ${roleName}`,
  );
}

describe('rows written while a backfill runs', () => {
  it('get their values when the application inserts or updates them', async () => {
    await createUsers();
    await install(emailVerified);
    await application.query(`INSERT INTO users VALUES (1, NULL, NULL), (2, 'abc', NULL), (3, 'abc', true)`);
    await application.query(
      'UPDATE users SET email_verified = NULL, email_confirmation_token = NULL WHERE id = 2',
    );
    const { rows } = await application.query('SELECT id, email_verified FROM users ORDER BY id');
    expect(rows).toEqual([
      { id: 1, email_verified: true },
      { id: 2, email_verified: true },
      // The condition does not hold: what the application wrote stays.
      { id: 3, email_verified: true },
    ]);
  });

  it('fire for a role with INSERT on the table and no right on our schema or function', async () => {
    await keeper.write('create', `CREATE TABLE t (id int, doubled int); GRANT INSERT ON t TO ${roleName}`);
    await install(backfill({ table: 't', set: { doubled: 'id * 2' } }));
    await expect(
      application.query("SELECT has_schema_privilege('lockkeeper', 'usage') AS may"),
    ).resolves.toMatchObject({
      rows: [{ may: false }],
    });
    await application.query('INSERT INTO t (id) VALUES (21)');
    expect(await keeper.read('SELECT id, doubled FROM t')).toEqual([{ id: '21', doubled: '42' }]);
  });

  it.each([
    ['false', 'id > 10', '7'],
    ['unknown', 'NULL::boolean', '7'],
    ['true', 'id = 1', '1'],
    ['not given', null, '1'],
  ])('keep or lose the value that was written when the condition is %s', async (_case, where, expected) => {
    await keeper.write('create', `CREATE TABLE t (id int, a int, b text); GRANT INSERT ON t TO ${roleName}`);
    await install(backfill({ table: 't', set: { a: 'id', b: `'set'` }, where }));
    await application.query(`INSERT INTO t VALUES (1, 7, 'own')`);
    expect(await keeper.read('SELECT a, b FROM t')).toEqual([
      { a: expected, b: expected === '7' ? 'own' : 'set' },
    ]);
  });

  it('get null where the expression gives null', async () => {
    await keeper.write('create', `CREATE TABLE t (id int, a int); GRANT INSERT ON t TO ${roleName}`);
    await install(backfill({ table: 't', set: { a: 'NULLIF(id, 1)' } }));
    await application.query('INSERT INTO t VALUES (1, 7)');
    expect(await keeper.read('SELECT a FROM t')).toEqual([{ a: null }]);
  });

  it('get the same values as the backfill’s own UPDATE, whatever the writer’s session is set to', async () => {
    await keeper.write(
      'create',
      `CREATE FUNCTION public.shorten(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT left($1, 3)';
       GRANT EXECUTE ON FUNCTION public.shorten TO PUBLIC;
       CREATE TABLE t (id int, at timestamptz, day date, said text, doc jsonb, amount numeric(8,2), name varchar(5), bytes text, raw bytea);
       GRANT INSERT ON t TO ${roleName}`,
    );
    const input = backfill({
      table: 't',
      set: {
        day: 'at::date',
        said: `at::text || E'\\\\' || '\\'`,
        doc: `'{"a": 1}'`,
        amount: 'id / 3.0',
        name: `shorten('abcdef')`,
        bytes: 'raw::text',
      },
    });
    const row = `(1, '2026-03-29 23:30:00+00', NULL, NULL, NULL, NULL, NULL, NULL, '\\x6162')`;
    await keeper.write('insert', `INSERT INTO t VALUES ${row}`);
    const assignments = Object.entries(input.set).map(
      ([column, expression]) => `${column} = (${expression})`,
    );
    await keeper.write('backfill', `UPDATE t SET ${assignments.join(', ')}`);

    await install(input);
    await application.query(
      `SET search_path = ''; SET TimeZone = 'Asia/Tokyo'; SET DateStyle = 'German'; SET bytea_output = 'escape';
       SET standard_conforming_strings = off; SET escape_string_warning = off`,
    );
    await application.query(`INSERT INTO public.t VALUES ${row.replace('\\x', '\\\\x')}`);
    const rows = await keeper.read('SELECT * FROM t');
    expect(rows).toHaveLength(2);
    expect(rows[1]).toEqual(rows[0]);
    expect(rows[0]).toMatchObject({
      day: '2026-03-29',
      said: '2026-03-29 23:30:00+00\\\\',
      name: 'abc',
      bytes: '\\x6162',
    });
  });

  it('columns win over the names of the trigger function, and the table’s bare name qualifies them', async () => {
    const names = ['new', 'old', 'found', 'tg_op', 'lockkeeper_row', 'v1', 'Odd "Col'];
    const columns = names.map((name) => `${quoteIdentifier(name)} text`).join(', ');
    await keeper.write('create', `CREATE SCHEMA app; CREATE TABLE app."Odd.Table" (${columns}, result text)`);
    const result = names.map((name) => `"Odd.Table".${quoteIdentifier(name)}`).join(` || '-' || `);
    await install(
      backfill({ table: 'app."Odd.Table"', set: { result, new: 'upper(new)' }, where: 'found IS NOT NULL' }),
    );
    await keeper.write('insert', `INSERT INTO app."Odd.Table" VALUES ('a', 'b', 'c', 'd', 'e', 'f', 'g')`);
    expect(await keeper.read('SELECT result, new FROM app."Odd.Table"')).toEqual([
      { result: 'a-b-c-d-e-f-g', new: 'A' },
    ]);
  });

  it('an open session of the application goes on after the table has changed', async () => {
    await createUsers();
    await install(emailVerified);
    await application.query('INSERT INTO users VALUES (1, NULL)');
    await keeper.write(
      'alter',
      'ALTER TABLE users ADD COLUMN more text, ADD COLUMN most int; ALTER TABLE users DROP COLUMN more',
    );
    await application.query(`INSERT INTO users VALUES (2, 'token')`);
    expect(await keeper.read('SELECT email_verified FROM users ORDER BY id')).toEqual([
      { email_verified: 't' },
      { email_verified: 'f' },
    ]);
  });

  it('expressions with dollar quotes and line breaks arrive as they are', async () => {
    await keeper.write('create', 'CREATE TABLE t (a text, b text)');
    await install(backfill({ table: 't', set: { b: `a ||\n  '$keep$' || '$keep1$' || $keep$x'y$keep$` } }));
    await keeper.write('insert', `INSERT INTO t VALUES ('a')`);
    expect(await keeper.read('SELECT b FROM t')).toEqual([{ b: `a$keep$$keep1$x'y` }]);
  });
});

describe('the trigger itself', () => {
  it('can be removed more than once, also after its table is gone, and leaves nothing', async () => {
    await createUsers();
    await install(emailVerified);
    await remove(emailVerified);
    await remove(emailVerified);
    await application.query('INSERT INTO users VALUES (1, NULL)');
    expect(await keeper.read('SELECT email_verified FROM users')).toEqual([{ email_verified: null }]);
    await install(emailVerified);
    await keeper.write('drop', 'DROP TABLE users');
    await remove(emailVerified);
    expect(await keeper.read(`SELECT FROM pg_proc WHERE pronamespace = 'lockkeeper'::regnamespace`)).toEqual(
      [],
    );
  });

  it('has a name that the server does not cut, also on a table with the longest name', async () => {
    const table = `public.${'ü'.repeat(31)}x`;
    await keeper.write('create', `CREATE TABLE ${quoteTable(table)} (a int, b int)`);
    await install(backfill({ table, set: { b: 'a' } }));
    const names = keepCurrent(backfill({ table, set: { b: 'a' } })).install.flatMap(({ effects }) =>
      effects.map((effect) => (effect.does === 'create' ? effect.object.name : '')),
    );
    expect(names[1]).toMatch(/^lockkeeper_keep_[0-9a-f]{12}$/);
    expect(await keeper.read('SELECT tgname FROM pg_trigger WHERE NOT tgisinternal')).toEqual([
      { tgname: names[1] },
    ]);
  });

  it('differs between backfills of one table', async () => {
    const texts = [0, 1].map(
      (ordinal) => keepCurrent(backfill({ table: 't', set: { a: '1' }, ordinal })).install[1]?.text,
    );
    expect(texts[0]).not.toBe(texts[1]);
  });

  it('says which locks it takes and what it makes', () => {
    const { install: made, remove: taken } = keepCurrent(emailVerified);
    expect(
      made.map(({ verb, lock, effects }) => [verb, lock?.mode, effects.map(({ does }) => does)]),
    ).toEqual([
      ['CREATE FUNCTION', undefined, ['create']],
      ['CREATE TRIGGER', 'SHARE ROW EXCLUSIVE', ['create']],
    ]);
    expect(taken.map(({ verb, lock, destroys }) => [verb, lock?.mode, destroys])).toEqual([
      ['DROP TRIGGER', 'ACCESS EXCLUSIVE', false],
      ['DROP FUNCTION', undefined, false],
    ]);
  });
});
