import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Statement } from '../../../../src/core/analysis/statement.ts';
import { analyze } from '../../../../src/engines/postgres/analysis/analyze.ts';
import { startPostgres, type TestPostgres } from '../../../support/postgres.ts';
import { ruleTables } from '../../rule-table.ts';
import { rememberRelations, strongestLock, strongestOf } from './read-locks.ts';

const common = `
  CREATE EXTENSION btree_gist;
  CREATE SCHEMA app; CREATE SCHEMA archive;
  CREATE TABLE other (id bigint PRIMARY KEY);
  CREATE TABLE pairs (x bigint, y bigint, PRIMARY KEY (x, y));
  CREATE TABLE v2_orders (id bigint PRIMARY KEY, amount numeric);
  CREATE TABLE a (id bigint);
  CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE FUNCTION gone() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END';
  CREATE FUNCTION app.next_number() RETURNS int LANGUAGE sql VOLATILE AS 'SELECT 1';`;

/** The examples make, change and drop the same names, so that each runs in the first world that has room for it. */
const worlds = [
  `CREATE TYPE mood AS ENUM ('sad', 'happy');
  CREATE DOMAIN mail AS text;
  CREATE SEQUENCE counter;
  CREATE TABLE users (id bigint NOT NULL UNIQUE, a bigint, b bigint, c bigint, d bigint, token text, during tstzrange, name text, mail mail);
  CREATE UNIQUE INDEX i ON users (id);
  CREATE TABLE old (LIKE users);
  CREATE TABLE orders (id bigint PRIMARY KEY, amount numeric);
  CREATE TABLE measures (id int) PARTITION BY RANGE (id);
  CREATE TABLE measures_1 PARTITION OF measures FOR VALUES FROM (0) TO (10);
  CREATE TABLE measures_2 (id int);
  CREATE VIEW adults AS SELECT 1 AS a;
  CREATE MATERIALIZED VIEW totals AS SELECT count(*) AS n FROM orders;
  CREATE UNIQUE INDEX totals_n ON totals (n);
  CREATE TRIGGER audit AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION keep();
  CREATE TRIGGER t AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION keep();
  CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';`,
  `CREATE TABLE users (id bigint NOT NULL UNIQUE, b bigint);
  CREATE TABLE measures (id int) PARTITION BY RANGE (id);`,
  `CREATE TABLE users (id bigint NOT NULL UNIQUE, a text CONSTRAINT c CHECK (a > ''));`,
  'CREATE TABLE users (id bigint NOT NULL UNIQUE, b text, a bigint);',
];

/** Examples that this server cannot run. */
const notRun: Readonly<Record<string, string>> = {
  'COPY users FROM STDIN': 'has no rows',
  "COPY users FROM '/tmp/users.csv'": 'there is no such file',
  'DROP SCHEMA app': 'it holds a function that others use',
  'ALTER TABLE users SET TABLESPACE fast': 'there is no such tablespace',
  'ALTER TABLE measures DETACH PARTITION measures_1 FINALIZE': 'no detaching was interrupted',
};

const isControl = ({ kind }: Statement): boolean => ['begin', 'commit', 'rollback'].includes(kind);

/** Every example whose locks can be told, and which may stand in a transaction. */
async function examples(): Promise<
  readonly (readonly [rule: string, script: string, statements: readonly Statement[]])[]
> {
  const scripts = [...(await ruleTables('postgres'))].flatMap(([rule, { finds, passes, known = [] }]) =>
    [...finds, ...passes, ...known.map(({ sql }) => sql)].map((script) => [rule, script] as const),
  );
  const read = await Promise.all(
    scripts.map(async ([rule, script]) => {
      const statements = await analyze({ path: 'V1.sql', text: script });
      return [rule, script, statements.filter((one) => !isControl(one))] as const;
    }),
  );
  return read.filter(
    ([, script, statements]) =>
      notRun[script] === undefined &&
      statements.every(({ kind, transactional }) => kind !== 'unknown' && transactional),
  );
}

const all = await examples();
let server: TestPostgres;
let clients: readonly pg.Client[] = [];
let known: ReadonlySet<string>;

beforeAll(async () => {
  server = await startPostgres();
  clients = await Promise.all(worlds.map(openWorld));
  const names = await Promise.all(
    clients.map((client) => client.query<{ name: string }>('SELECT name FROM known')),
  );
  known = new Set(names.flatMap(({ rows }) => rows.map(({ name }) => name)));
});
afterAll(async () => {
  for (const client of clients) await client.end();
  await server?.stop();
});

async function openWorld(world: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: (await server.createDatabase()).url });
  await client.connect();
  await client.query(`${common}${world}`);
  await rememberRelations(client);
  return client;
}

/** What the whole script is told to hold at its end, of what was there before. */
function told(statements: readonly Statement[]) {
  const made = new Set<string>();
  const locks = statements.flatMap(({ lock, effects }) => {
    const left = (lock?.tables ?? []).filter((name) => known.has(name) && !made.has(name));
    for (const effect of effects) {
      if (effect.does === 'create' && effect.hedged !== true) made.add(effect.object.name);
    }
    return lock !== null && (left.length > 0 || lock.tables.length === 0)
      ? [{ mode: lock.mode, tables: left }]
      : [];
  });
  return strongestOf(locks);
}

/** The strongest lock held at the end of a script, in the first world in which it can be run. */
async function measured(statements: readonly Statement[]) {
  const errors: string[] = [];
  for (const client of clients) {
    await client.query('BEGIN');
    try {
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      for (const { text } of statements) await client.query(text);
      return await strongestLock(client, rows[0]?.pid ?? 0);
    } catch (error) {
      errors.push(String(error));
    } finally {
      await client.query('ROLLBACK');
    }
  }
  throw new Error(`it runs in no world: ${errors.join('; ')}`);
}

describe('the lock that is told of an example is the one that the server takes', () => {
  it.each(all)('%s: %s', async (_rule, _script, statements) => {
    const held = await measured(statements);
    const claim = told(statements);
    if (claim === null) expect(['ROW EXCLUSIVE', 'ACCESS SHARE', undefined]).toContain(held?.mode);
    else if (claim.tables.length === 0) expect(held?.mode).toBe(claim.mode);
    else expect(held).toEqual(claim);
  });

  it('is measured for every rule but those whose statements run outside transactions or hide in blocks', async () => {
    const measuredScripts = new Set(all.map(([, script]) => script));
    const without = [...(await ruleTables('postgres'))]
      .filter(([, { finds }]) => !finds.some((script) => measuredScripts.has(script)))
      .map(([rule]) => rule);
    // What runs outside transactions is measured in server-claims.test.ts.
    expect(without).toEqual([
      'concurrent-index-corruption',
      'concurrent-index-if-not-exists',
      'concurrent-index-needs-name',
      'concurrently-in-own-transaction',
      'copy-from-stdin',
      'dynamic-ddl',
      'transaction-control-in-do',
      'unknown-statement',
      'vacuum-full',
      'wide-index',
    ]);
  });
});
