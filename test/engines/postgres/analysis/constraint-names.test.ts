import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analyze } from '../../../../src/engines/postgres/analysis/analyze.ts';
import { type TestDatabase, TestServer } from '../support.ts';

let server: TestServer;
let database: TestDatabase;
beforeAll(async () => {
  server = await TestServer.start();
  database = await server.database();
  await database.query('CREATE EXTENSION IF NOT EXISTS btree_gist').catch(() => undefined);
});
afterAll(() => server.stop());

const long = 'a_table_whose_name_takes_up_nearly_all_of_the_sixty_three_bytes';
const longColumn = 'a_column_with_a_long_name_of_its_own_as_well';

const given = `
  CREATE TABLE other (id int PRIMARY KEY, second int, UNIQUE (id, second));
  CREATE TABLE users (a int NOT NULL, b int, at tsrange, box box);
  CREATE UNIQUE INDEX users_unique_a ON users (a);
  CREATE TABLE "Größen" ("Maß" int, "Übermaß" int);
  CREATE TABLE ${long} (${longColumn} int, a int, b int);
  CREATE TABLE größere_und_noch_viel_größere_tabellen_als_überall_sonst (äußerste_größe int);`;

/** Every constraint of the schema but those that NOT NULL, and PRIMARY KEY with it, brings along at a column. */
const constraints = async (schema: string): Promise<readonly string[]> =>
  (
    await database.query<{ name: string }>(
      `SELECT c.conname AS name FROM pg_constraint c
       WHERE c.connamespace = $1::regnamespace AND (c.contype <> 'n' OR c.conname = 'users_b_not_null') ORDER BY 1`,
      [schema],
    )
  ).map(({ name }) => name);

let schemas = 0;

/** The names that the script gives to constraints, as told and as they are on the server. */
async function namesOf(script: string): Promise<{ told: readonly string[]; given: readonly string[] }> {
  const schema = `s${++schemas}`;
  await database.query(`CREATE SCHEMA ${schema}; SET search_path = ${schema}, public; ${given}`);
  const before = await constraints(schema);
  await database.query(`SET search_path = ${schema}, public; ${script}`);
  const statements = await analyze({ path: 'V1.sql', text: script });
  const told = statements
    .flatMap((statement) => statement.effects)
    .flatMap((effect) =>
      effect.does === 'create' && effect.object.type === 'constraint' ? [effect.object.name] : [],
    );
  const after = await constraints(schema);
  return { told: told.toSorted(), given: after.filter((name) => !before.includes(name)) };
}

describe('the name of a constraint that its author does not name', () => {
  it.each([
    ['ALTER TABLE users ADD CHECK (b > 0)', ['users_b_check']],
    ['ALTER TABLE users ADD CHECK (b > 0 AND users.b < 9)', ['users_b_check']],
    ['ALTER TABLE users ADD CHECK (b > a)', ['users_check']],
    ['ALTER TABLE users ADD CHECK (1 > 0)', ['users_check']],
    ['ALTER TABLE users ADD UNIQUE (b)', ['users_b_key']],
    ['ALTER TABLE users ADD UNIQUE (b, a)', ['users_b_a_key']],
    ['ALTER TABLE users ADD UNIQUE (b) INCLUDE (a)', ['users_b_a_key']],
    ['ALTER TABLE users ADD UNIQUE USING INDEX users_unique_a', ['users_unique_a']],
    ['ALTER TABLE users ADD PRIMARY KEY (a)', ['users_pkey']],
    ['ALTER TABLE users ADD PRIMARY KEY USING INDEX users_unique_a', ['users_unique_a']],
    ['ALTER TABLE users ADD FOREIGN KEY (b) REFERENCES other', ['users_b_fkey']],
    ['ALTER TABLE users ADD FOREIGN KEY (a, b) REFERENCES other (id, second)', ['users_a_b_fkey']],
    ['ALTER TABLE users ADD EXCLUDE USING gist (at WITH &&)', ['users_at_excl']],
    ['ALTER TABLE users ADD EXCLUDE USING gist (at WITH &&, box WITH &&)', ['users_at_box_excl']],
    ['ALTER TABLE users ADD EXCLUDE USING gist (int4range(a, b) WITH &&)', ['users_int4range_excl']],
    ['ALTER TABLE users ADD NOT NULL b', ['users_b_not_null']],
    [
      'ALTER TABLE users ADD COLUMN c int UNIQUE CHECK (c > 0) REFERENCES other',
      ['users_c_check', 'users_c_fkey', 'users_c_key'],
    ],
    ['ALTER TABLE users ADD COLUMN c int CHECK (c > b)', ['users_check']],
    ['ALTER TABLE users ADD COLUMN c int GENERATED ALWAYS AS IDENTITY PRIMARY KEY', ['users_pkey']],
    ['ALTER TABLE users ADD CONSTRAINT mine CHECK (b > 0)', ['mine']],
    ['ALTER TABLE users ADD CHECK (b > 0), ADD CHECK (b < 9)', ['users_b_check', 'users_b_check1']],
    [
      'ALTER TABLE users ADD CONSTRAINT users_b_check CHECK (a > 0); ALTER TABLE users ADD CHECK (b > 0)',
      ['users_b_check', 'users_b_check1'],
    ],
    ['ALTER TABLE "Größen" ADD UNIQUE ("Maß", "Übermaß")', ['Größen_Maß_Übermaß_key']],
    [
      `ALTER TABLE ${long} ADD UNIQUE (a, b)`,
      ['a_table_whose_name_takes_up_nearly_all_of_the_sixty_thr_a_b_key'],
    ],
    [
      `ALTER TABLE ${long} ADD CHECK (${longColumn} > 0)`,
      ['a_table_whose_name_takes_up__a_column_with_a_long_name_of_check'],
    ],
    [`ALTER TABLE ${long} ADD PRIMARY KEY (a)`, [`${long.slice(0, 58)}_pkey`]],
    [
      'ALTER TABLE größere_und_noch_viel_größere_tabellen_als_überall_sonst ADD CHECK (äußerste_größe > 0), ADD CHECK (äußerste_größe < 9)',
      [
        'größere_und_noch_viel_größere_tab_äußerste_größe_check1',
        'größere_und_noch_viel_größere_tabe_äußerste_größe_check',
      ],
    ],
  ])('%s: %j', async (script, names) => {
    const { told, given: named } = await namesOf(script);
    expect(named).toEqual(names);
    expect(told).toEqual(names);
  });

  it.each([
    [
      'a table made before by the same script',
      'CREATE TABLE t (a int CHECK (a > 0), b int, CHECK (b > 0)); ALTER TABLE t ADD CHECK (a < 9), ADD CHECK (b < 9)',
      ['t_a_check1', 't_b_check1'],
    ],
    [
      'one that was renamed',
      'CREATE TABLE t (a int CHECK (a > 0)); ALTER TABLE t RENAME TO u; ALTER TABLE u ADD CHECK (a < 9)',
      ['u_a_check'],
    ],
    [
      'one whose constraint was dropped, and renamed',
      `CREATE TABLE t (a int CHECK (a > 0), b int CHECK (b > 0)); ALTER TABLE t DROP CONSTRAINT t_a_check;
       ALTER TABLE t RENAME CONSTRAINT t_b_check TO mine; ALTER TABLE t ADD CHECK (a < 9), ADD CHECK (b < 9)`,
      ['t_a_check', 't_b_check'],
    ],
    [
      'another table of the schema that has taken it',
      'CREATE TABLE a_b (c int CHECK (c > 0)); CREATE TABLE a (b_c int); ALTER TABLE a ADD CHECK (b_c > 0)',
      ['a_b_c_check1'],
    ],
  ])('minds %s', async (_case, script, names) => {
    const { told, given: named } = await namesOf(script);
    expect(told).toEqual(names);
    expect(named).toEqual(expect.arrayContaining(names));
  });
});
