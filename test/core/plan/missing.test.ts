import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/core/errors.ts';
import type { KnownSchema } from '../../../src/core/plan/missing.ts';
import { findMissing } from '../../../src/core/plan/missing.ts';
import { planFiles, postgres } from '../../support/planning.ts';
import { users } from '../../support/statements.ts';

/** `public.users` with id and token, a view `adults`, and nothing under the other names that are used here. */
const known: KnownSchema = {
  tables: {
    users,
    'public.users': users,
    adults: null,
    usrs: null,
    people: null,
    t: null,
    'app.t': null,
    'b.t': null,
  },
  exists: { adults: true },
  tableNames: ['accounts', 'users', 'app.orders'],
};

const problemsOf = async (sql: string, facts: KnownSchema = known) =>
  findMissing(
    [{ statements: await postgres.analyze({ path: 'V1__x.sql', text: sql }), atomic: false }],
    facts,
  );

const messagesOf = async (sql: string, facts?: KnownSchema) =>
  (await problemsOf(sql, facts)).map(({ message }) => message);

describe('an ALTER TABLE of what is not there', () => {
  it.each([
    ['ALTER TABLE usrs ADD COLUMN a int', ['there is no table usrs in the database; did you mean users?']],
    ['ALTER TABLE t ADD COLUMN IF NOT EXISTS a int', ['there is no table t in the database']],
    ['ALTER TABLE t RENAME TO u', ['there is no table t in the database']],
    ['ALTER TABLE t RENAME COLUMN a TO b', ['there is no table t in the database']],
    ['ALTER TABLE t DROP COLUMN a, DROP COLUMN b', ['there is no table t in the database']],
    ['ALTER TABLE app.t SET (fillfactor = 70)', ['there is no table app.t in the database']],
    ['ALTER TABLE t VALIDATE CONSTRAINT c', ['there is no table t in the database']],
    [
      'ALTER TABLE users RENAME TO people; ALTER TABLE users ADD COLUMN a int',
      ['there is no table users any more: an earlier statement drops or renames it'],
    ],
    [
      'DROP TABLE IF EXISTS users; ALTER TABLE users ADD COLUMN a int',
      ['there is no table users any more: an earlier statement drops or renames it'],
    ],
    [
      'CREATE TABLE persons (id int); ALTER TABLE people ADD a int',
      ['there is no table people in the database'],
    ],
    ['CREATE TABLE folks (id int); ALTER TABLE t ADD a int', ['there is no table t in the database']],
    ['ALTER TABLE users DROP COLUMN tokn', ['table users has no column tokn; did you mean token?']],
    ['ALTER TABLE public.users ALTER COLUMN x SET NOT NULL', ['table public.users has no column x']],
    ['ALTER TABLE users RENAME COLUMN x TO y', ['table users has no column x']],
    [
      'ALTER TABLE users ALTER x TYPE text, DROP y',
      ['table users has no column x', 'table users has no column y'],
    ],
    [
      'ALTER TABLE users DROP COLUMN token; ALTER TABLE users ALTER token SET NOT NULL',
      ['table users has no column token'],
    ],
    [
      'ALTER TABLE users RENAME token TO b; ALTER TABLE users DROP token',
      ['table users has no column token'],
    ],
  ])('is refused: %s', async (sql, expected) => {
    expect(await messagesOf(sql)).toEqual(expected);
  });

  it.each([
    ['what is there', 'ALTER TABLE users ALTER COLUMN token SET NOT NULL, DROP COLUMN id'],
    ['IF EXISTS', 'ALTER TABLE IF EXISTS t DROP COLUMN a; ALTER TABLE users DROP COLUMN IF EXISTS x'],
    [
      'IF EXISTS on a rename',
      'ALTER TABLE IF EXISTS t RENAME TO u; ALTER TABLE IF EXISTS t RENAME COLUMN a TO b',
    ],
    ['IF EXISTS on an added constraint', 'ALTER TABLE IF EXISTS t ADD CONSTRAINT c CHECK (true)'],
    ['a view', 'ALTER TABLE adults RENAME TO grown_ups; ALTER VIEW adults ALTER COLUMN x SET DEFAULT 1'],
    ['a name that was not asked for', 'ALTER TABLE elsewhere DROP COLUMN a'],
    [
      'another kind of statement',
      'DROP TABLE t; CREATE INDEX i ON t (a); UPDATE t SET a = 1; COMMENT ON COLUMN users.x IS NULL',
    ],
    ['a foreign table', 'ALTER FOREIGN TABLE t ADD COLUMN a int'],
    [
      'a table made before',
      'CREATE TABLE t (a int); ALTER TABLE t DROP COLUMN b; ALTER TABLE public.t DROP COLUMN c',
    ],
    ['a table made from a query before', 'CREATE TABLE t AS SELECT 1 AS a; ALTER TABLE t DROP COLUMN a'],
    ['a table renamed before', 'ALTER TABLE users RENAME TO people; ALTER TABLE people DROP COLUMN token'],
    ['a table moved before', 'ALTER TABLE users SET SCHEMA app; ALTER TABLE app.users DROP COLUMN token'],
    [
      'a table dropped and made again',
      'DROP TABLE users; CREATE TABLE users (a int); ALTER TABLE users DROP COLUMN a',
    ],
    [
      'a table, when one of that name in a schema was dropped',
      'DROP TABLE app.users; ALTER TABLE users DROP COLUMN token',
    ],
    ['a column added before', 'ALTER TABLE users ADD COLUMN a int; ALTER TABLE users ALTER a SET NOT NULL'],
    [
      'a column added before, if it was not there',
      'ALTER TABLE users ADD COLUMN IF NOT EXISTS a int; ALTER TABLE users DROP a',
    ],
    [
      'a column added under the qualified name',
      'ALTER TABLE public.users ADD COLUMN a int; ALTER TABLE users ALTER a SET NOT NULL',
    ],
    [
      'a column added to a parent',
      'ALTER TABLE measures ADD COLUMN a int; ALTER TABLE users ALTER a SET NOT NULL',
    ],
    [
      'a column added, when another table loses one',
      'ALTER TABLE users ADD a int; ALTER TABLE x DROP a; ALTER TABLE users DROP a',
    ],
    ['a column renamed before', 'ALTER TABLE users RENAME token TO a; ALTER TABLE users DROP COLUMN a'],
    [
      'a column added in the same statement',
      'ALTER TABLE users ALTER COLUMN a SET NOT NULL, ADD COLUMN a int',
    ],
    [
      'a column dropped and added again',
      'ALTER TABLE users DROP token, ADD token int; ALTER TABLE users ALTER token SET NOT NULL',
    ],
    ['after another search path', 'SET search_path = app; ALTER TABLE t DROP a; ALTER TABLE users DROP x'],
    ['after set_config', `SELECT set_config('search_path', 'app', false); ALTER TABLE t DROP a`],
    ['after another role', 'SET ROLE app; ALTER TABLE t DROP a'],
    ['after a block', 'DO $$ BEGIN NULL; END $$; ALTER TABLE app.t DROP a'],
    ['after a function', 'SELECT make_tables(); ALTER TABLE t DROP a'],
    ['a temporary table', 'CREATE TEMP TABLE t (a int); ALTER TABLE t DROP a; ALTER TABLE pg_temp.t DROP a'],
    ['after an extension', 'CREATE EXTENSION postgis; ALTER TABLE t DROP a'],
    ['after a schema was renamed', 'ALTER SCHEMA a RENAME TO b; ALTER TABLE b.t DROP a'],
    ['after tables were imported', 'IMPORT FOREIGN SCHEMA s FROM SERVER x INTO public; ALTER TABLE t DROP a'],
    ['whose table has the name of a dropped function', 'DROP FUNCTION users; ALTER TABLE users DROP token'],
  ])('is let through where it may be there: %s', async (_name, sql) => {
    expect(await messagesOf(sql)).toEqual([]);
  });

  it('is still refused by a qualified name under another search path', async () => {
    expect(await messagesOf('SET search_path = app; ALTER TABLE app.t DROP a')).toHaveLength(1);
  });

  it('suggests what the script has made, and a table in another schema', async () => {
    expect(await messagesOf('CREATE TABLE peoples (id int); ALTER TABLE people ADD a int')).toEqual([
      'there is no table people in the database; did you mean peoples?',
    ]);
    expect(
      await messagesOf('ALTER TABLE orders ADD a int', {
        ...known,
        tables: { orders: null },
      }),
    ).toEqual(['there is no table orders in the database; did you mean app.orders?']);
  });

  it('is refused with its place, and with the columns there are', async () => {
    expect(await problemsOf('SELECT 1;\n  ALTER TABLE users DROP COLUMN x')).toEqual([
      {
        file: 'V1__x.sql',
        line: 2,
        column: 3,
        message: 'table users has no column x',
        expected: 'one of id, token',
      },
    ]);
  });

  it('is found by the plan in expand and contract, beside the other problems', async () => {
    const yaml = `
expand: [ALTER TABLE users ADD COLUMN a int]
backfill: [{ table: nowhere, set: { a: "1" }, where: "a IS NULL" }]
contract:
  after: immediately
  sql:
    - ALTER TABLE users ALTER COLUMN a SET NOT NULL
    - ALTER TABLE users DROP COLUMN toke
rollback: { policy: none }
`;
    const error = await planFiles({ 'V1__x.yaml': yaml }, { tables: { users, nowhere: null } }).catch(
      (caught: unknown) => caught,
    );
    const problems = error instanceof InputError ? error.problems : [];
    expect(problems.map(({ line, message }) => [line, message])).toEqual([
      [3, 'there is no table nowhere in the database'],
      [8, 'table users has no column toke; did you mean token?'],
    ]);
  });
});
