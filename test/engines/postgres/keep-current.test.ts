import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { KeepCurrentInput } from '../../../src/app/ports/engine.ts';
import { keepCurrent, ownBatch } from '../../../src/engines/postgres/keep-current.ts';
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
  for (const { text } of (await keepCurrent(input)).install) await keeper.write('install', text);
}

async function remove(input: KeepCurrentInput): Promise<void> {
  for (const { text } of (await keepCurrent(input)).remove) await keeper.write('remove', text);
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

describe('a column whose source changes after the backfill', () => {
  /** Installs, fills as a batch would, lets the application change the row, and answers what is in it then. */
  async function afterwards(
    given: { columns: string; row: string; set: Record<string, string>; where?: string },
    ...changes: readonly string[]
  ): Promise<Record<string, string | null> | undefined> {
    const input = backfill({ table: 't', set: given.set, where: given.where ?? 'NOT done' });
    await keeper.write(
      'create',
      `CREATE TABLE t (id int, done boolean DEFAULT false, ${given.columns});
       GRANT SELECT, UPDATE, INSERT ON t TO ${roleName}; INSERT INTO t VALUES (1, false, ${given.row})`,
    );
    await install(input);
    const assignments = Object.entries({ ...input.set, done: 'true' }).map(
      ([column, expression]) => `${quoteIdentifier(column)} = (${expression})`,
    );
    await keeper.write(
      'fill as a batch does',
      `SET ${ownBatch} = 'on'; UPDATE t SET ${assignments.join(', ')}; RESET ${ownBatch}`,
    );
    for (const change of changes) await application.query(change);
    const [row] = await keeper.read<Record<string, string | null>>('SELECT * FROM t');
    return row;
  }

  it.each<{
    title: string;
    columns: string;
    row: string;
    set: Record<string, string>;
    where?: string;
    change: string;
    expected: Record<string, string | null>;
  }>([
    {
      title: 'follows in its own type, which cuts and rounds',
      columns: 'a numeric, b numeric(6,2), c char(5), d varchar(9)',
      row: `1, NULL, NULL, NULL`,
      set: { b: 'a / 3.0', c: 'a::text', d: 'a' },
      change: 'UPDATE t SET a = 2',
      expected: { b: '0.67', c: '2    ', d: '2' },
    },
    {
      title: 'follows a source and in a type that cannot be compared',
      columns: 'doc json, at point, copied json, x point',
      row: `'{"a":1}', '(1,2)', NULL, NULL`,
      set: { copied: 'doc', x: 'at' },
      change: `UPDATE t SET doc = '{"a":2}', at = '(3,4)'`,
      expected: { copied: '{"a":2}', x: '(3,4)' },
    },
    {
      title: 'takes a stable function for the statement’s own time',
      columns: 'paid boolean, paid_on date',
      row: 'false, NULL',
      set: { paid_on: 'CASE WHEN t.paid THEN now()::date END' },
      change: 'UPDATE t SET paid = true, done = (now() IS NOT NULL)',
      expected: { paid_on: new Date().toISOString().slice(0, 10) },
    },
    {
      title: 'is not computed again from a volatile function',
      columns: 'a text, b text',
      row: `'x', NULL`,
      set: { b: `CASE WHEN a = 'x' THEN a ELSE gen_random_uuid()::text END` },
      change: `UPDATE t SET a = 'y'`,
      expected: { b: 'x' },
    },
    {
      title: 'is not computed again from a function that the analysis does not know',
      columns: 'a int, b int',
      row: '-1, NULL',
      set: { b: 'pg_catalog.int4abs(a)' },
      change: 'UPDATE t SET a = 3',
      expected: { b: '1' },
    },
    {
      title: 'is not computed again from the row as a whole',
      columns: 'a int, b text',
      row: '0, NULL',
      set: { b: 'to_jsonb(t) ->> $$a$$' },
      change: 'UPDATE t SET a = 5',
      expected: { b: '0' },
    },
    {
      title: 'is not computed again from a generated column, which has no value yet',
      columns: 'a int, twice int GENERATED ALWAYS AS (a * 2) STORED, b int',
      row: '1, DEFAULT, NULL',
      set: { b: 'twice + 1' },
      change: 'UPDATE t SET a = 5',
      expected: { b: '3', twice: '10' },
    },
    {
      title: 'keeps its value when the new one cannot be computed, and the write goes on',
      columns: 'a text, b int',
      row: `'12', NULL`,
      set: { b: 'a::int' },
      change: `UPDATE t SET a = 'not a number'`,
      expected: { a: 'not a number', b: '12' },
    },
    {
      title: 'is not computed where the condition guards against what cannot be computed',
      columns: 'a text, b int',
      row: `'12', NULL`,
      set: { b: 'a::int' },
      where: `b IS NULL AND a ~ '^[0-9]+$'`,
      change: `UPDATE t SET a = 'not a number', b = NULL`,
      expected: { a: 'not a number', b: null },
    },
  ])('$title', async ({ change, expected, ...given }) => {
    expect(await afterwards(given, change)).toMatchObject(expected);
  });

  it('means what it means to the backfill, under odd names and whatever the writer’s session is set to', async () => {
    await keeper.write(
      'create',
      `CREATE SCHEMA app; CREATE TABLE app."Odd.Table" (id int, "old" text, "it's" text, "New ""x" text);
       GRANT USAGE ON SCHEMA app TO ${roleName}; GRANT SELECT, UPDATE ON app."Odd.Table" TO ${roleName};
       INSERT INTO app."Odd.Table" VALUES (1, '2026-03-01', 'b', NULL)`,
    );
    const set = { 'New "x': `("Odd.Table"."old"::timestamptz)::text || "it's"` };
    await install(backfill({ table: 'app."Odd.Table"', set, where: `"New ""x" IS NULL` }));
    await keeper.write('fill', `UPDATE app."Odd.Table" SET id = id`);
    await application.query(`SET TimeZone = 'Asia/Tokyo'; SET DateStyle = 'German'; SET search_path = ''`);
    await application.query(`UPDATE app."Odd.Table" SET "it's" = 'c'`);
    expect(await keeper.read('SELECT "New ""x" AS x FROM app."Odd.Table"')).toEqual([
      { x: '2026-03-01 00:00:00+00c' },
    ]);
  });
});

describe('sessions that work on batches', () => {
  it('do not call the function, and others do', async () => {
    await keeper.write('create', 'CREATE TABLE t (id int, a int); INSERT INTO t VALUES (1, NULL), (2, NULL)');
    const input = backfill({ table: 't', set: { a: 'id' }, where: 'a IS NULL' });
    await install(input);
    const made = (await keepCurrent(input)).install[0]?.effects[0];
    const name = made?.does === 'create' ? made.object.name : '';
    // Whoever calls it fails.
    await keeper.write(
      'replace',
      `CREATE OR REPLACE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''called''; END'`,
    );
    await keeper.write('mark', `SET ${ownBatch} = 'on'`);
    await keeper.write('update', 'UPDATE t SET id = 3 WHERE id = 1');
    await keeper.write('insert', 'INSERT INTO t VALUES (4)');
    await keeper.write('grant', `GRANT ALL ON t TO ${roleName}`);
    await expect(application.query('UPDATE t SET id = 5 WHERE id = 2')).rejects.toThrow('called');
    await expect(application.query('INSERT INTO t VALUES (6)')).rejects.toThrow('called');
    await keeper.write('unmark', `SET ${ownBatch} = 'off'`);
    await expect(keeper.write('update', 'UPDATE t SET id = 5 WHERE id = 2')).rejects.toThrow();
    expect(await keeper.read('SELECT id FROM t ORDER BY id')).toEqual([
      { id: '2' },
      { id: '3' },
      { id: '4' },
    ]);
  });
});

describe('an expression that the server cannot carry out', () => {
  it.each([
    ['an unknown column', { set: { kind: 'nothing + 1' } }, /column "nothing" does not exist/],
    [
      'an unknown function',
      { set: { kind: 'no_function(id)' } },
      /function no_function\(\w+\) does not exist/,
    ],
    ['a value of another type', { set: { kind: "'x'::text" } }, /column "kind" is of type integer/],
    ['a condition that is none', { set: { kind: '1' }, where: 'id' }, /must be type boolean/],
  ])('keeps the trigger away: %s', async (_, given, message) => {
    await keeper.write('table', 'CREATE TABLE items (id int, kind int)');
    const script = (await keepCurrent(backfill({ table: 'items', ...given }))).install.map(
      ({ text }) => text,
    );
    await expect(keeper.write('install', ['BEGIN', ...script, 'COMMIT'].join(';\n'))).rejects.toThrow(
      message,
    );
    await keeper.write('insert', 'INSERT INTO items VALUES (1, 1)');
  });

  it('changes no row, and needs none', async () => {
    await keeper.write('table', 'CREATE TABLE items (id int, kind int); INSERT INTO items VALUES (1, 1)');
    await install(backfill({ table: 'items', set: { kind: '1 / (id - 1)' } }));
    expect(await keeper.read('SELECT kind FROM items')).toEqual([{ kind: '1' }]);
  });
});

describe('the columns that expressions read', () => {
  it.each([
    ['those of set and where, each once', { set: { a: 'b + "C"', d: 'b' }, where: 'e > 1' }, ['b', 'C', 'e']],
    [
      'not the row, its parts by name, nor what the system keeps',
      { set: { a: 'items.b::text || items || ctid' } },
      [],
    ],
    ['not those of a subquery', { set: { a: '(SELECT max(x) FROM others)' } }, []],
    ['not a type, a unit or a keyword', { set: { a: 'extract(year FROM b::date) + current_date' } }, ['b']],
  ])('are %s', async (_, given, reads) => {
    expect((await keepCurrent(backfill({ table: 'items', ...given }))).reads).toEqual(reads);
  });
});

describe('the trigger itself', () => {
  it('leaves nothing when it is removed', async () => {
    await createUsers();
    await install(emailVerified);
    await remove(emailVerified);
    expect(await keeper.read(`SELECT FROM pg_proc WHERE pronamespace = 'lockkeeper'::regnamespace`)).toEqual(
      [],
    );
  });

  it('has a name that the server does not cut, also on a table with the longest name', async () => {
    const table = `public.${'ü'.repeat(31)}x`;
    await keeper.write('create', `CREATE TABLE ${quoteTable(table)} (a int, b int)`);
    await install(backfill({ table, set: { b: 'a' } }));
    const made = await keepCurrent(backfill({ table, set: { b: 'a' } }));
    const names = made.install.flatMap(({ effects }) =>
      effects.map((effect) => (effect.does === 'create' ? effect.object.name : '')),
    );
    expect(names[1]).toMatch(/^lockkeeper_keep_[0-9a-f]{12}$/);
    expect(await keeper.read('SELECT tgname FROM pg_trigger WHERE NOT tgisinternal')).toEqual([
      { tgname: names[1] },
    ]);
  });

  it('differs between backfills of one table', async () => {
    const made = await Promise.all(
      [0, 1].map((ordinal) => keepCurrent(backfill({ table: 't', set: { a: '1' }, ordinal }))),
    );
    const texts = made.map(({ install: [, , trigger] }) => trigger?.text);
    expect(texts[0]).not.toBe(texts[1]);
  });

  it('says which locks it takes and what it makes', async () => {
    const { install: made, remove: taken } = await keepCurrent(emailVerified);
    expect(
      made.map(({ verb, lock, effects }) => [verb, lock?.mode, effects.map(({ does }) => does)]),
    ).toEqual([
      ['CREATE FUNCTION', undefined, ['create']],
      ['EXPLAIN', 'ROW EXCLUSIVE', []],
      ['CREATE TRIGGER', 'SHARE ROW EXCLUSIVE', ['create']],
    ]);
    expect(taken.map(({ verb, lock, destroys }) => [verb, lock?.mode, destroys])).toEqual([
      ['DROP TRIGGER', 'ACCESS EXCLUSIVE', false],
      ['DROP FUNCTION', undefined, false],
    ]);
  });
});
