import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFacts } from '../../../src/engines/postgres/facts.ts';
import { quoteIdentifier } from '../../../src/engines/postgres/quote.ts';
import type { Session } from '../../../src/engines/postgres/session/session.ts';
import { startPostgres, type TestPostgres } from '../../support/postgres.ts';
import { openTestSession } from './open-test-session.ts';

let server: TestPostgres;
let session: Session;

beforeAll(async () => {
  server = await startPostgres();
  session = await openTestSession((await server.createDatabase()).url);
  await session.write(
    'create',
    `CREATE TYPE mood AS ENUM ('b', 'a');
     CREATE DOMAIN email AS varchar(100) CHECK (value LIKE '%@%');
     CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
     CREATE COLLATION german (provider = icu, locale = 'de');`,
  );
});

afterAll(async () => {
  await session?.close();
  await server?.stop();
});

let count = 0;
/** A fresh table of that definition; answers its facts. */
async function factsOf(definition: string, more: (table: string) => string = () => '') {
  const table = `t${++count}`;
  await session.write('create', `CREATE TABLE ${table} (${definition}); ${more(table)}`);
  const facts = (await readFacts(session, [table])).tables[table];
  if (facts === null || facts === undefined) throw new Error('no facts');
  return facts;
}

describe('keys that rows can be walked along', () => {
  it.each([
    ['bigint', 'bigint', `9007199254740993`],
    ['smallint', 'smallint', '-32768'],
    ['uuid', 'uuid', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
    ['text', 'text', `It's "ß"`],
    ['text COLLATE "C"', 'text', 'B'],
    ['text COLLATE german', 'text', 'ä'],
    ['varchar(5)', 'character varying', 'ab   '],
    ['char(5)', 'bpchar', 'ab'],
    ['email', 'public.email', 'a@b'],
    ['numeric', 'numeric', 'NaN'],
    ['numeric(10,2)', 'numeric(10,2)', '0.10'],
    ['timestamptz', 'timestamp with time zone', '2026-10-25 00:30:00.000001+00'],
    ['timestamp(3)', 'timestamp(3) without time zone', '1999-12-31 23:59:59.999'],
    ['date', 'date', '0044-03-15 BC'],
    ['time', 'time without time zone', '24:00:00'],
    ['interval', 'interval', '1 year 2 mons -3 days +04:05:06.789'],
    ['bytea', 'bytea', '\\x00ff5c27'],
    ['boolean', 'boolean', 't'],
    ['mood', 'public.mood', 'b'],
    ['inet', 'inet', '10.0.0.1/8'],
  ])(
    '%s: the text of a value, cast to the key’s type, finds the row by its index',
    async (column, type, text) => {
      const facts = await factsOf(`k ${column} PRIMARY KEY`);
      expect(facts.keys).toEqual([
        {
          name: `${facts.table.slice('public.'.length)}_pkey`,
          primary: true,
          columns: [{ name: 'k', type }],
          refused: null,
        },
      ]);
      await session.write('insert', `INSERT INTO ${facts.table} VALUES ($1::text::${type})`, [text]);
      const [row] = await session.read<{ k: string }>(`SELECT k::text AS k FROM ${facts.table}`);
      const found = `SELECT 1 AS found FROM ${facts.table} WHERE k >= $1::text::${type} AND k <= $1::text::${type}`;
      expect(await session.read(found, [row?.k ?? ''])).toHaveLength(1);
      await session.write('settings', 'SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan');
      const plan = await session.read<Record<string, string>>(
        `EXPLAIN ${found.replaceAll('$1', `'x'`).replaceAll(`'x'::text`, `(SELECT '${text.replaceAll("'", "''")}'::text)`)}`,
      );
      expect(JSON.stringify(plan)).toMatch(/Index (Only )?Scan/);
    },
  );

  it.each<[string, string, RegExp]>([
    ['k int UNIQUE', 'nullable', /may be null/],
    ['k double precision PRIMARY KEY', 'float8', /floating point/],
    ['k real PRIMARY KEY', 'float4', /floating point/],
    ['k text COLLATE loose PRIMARY KEY', 'a nondeterministic collation', /nondeterministic/],
    ['k int PRIMARY KEY DEFERRABLE', 'deferrable', /deferrable/],
    ['k jsonb PRIMARY KEY', 'jsonb', /not known/],
    ['k int[] PRIMARY KEY', 'an array', /not known/],
    ['k int4range PRIMARY KEY', 'a range', /not known/],
    ['k bit(3) PRIMARY KEY', 'bits', /not known/],
    ['k int, l double precision, PRIMARY KEY (k, l)', 'composite with a float', /l is a floating/],
  ])('refuses %s (%s)', async (definition, _why, reason) => {
    expect((await factsOf(definition)).keys[0]?.refused).toMatch(reason);
  });

  it('refuses a column whose NOT NULL was never validated', async () => {
    const facts = await factsOf(
      'k int UNIQUE',
      (table) =>
        `INSERT INTO ${table} VALUES (NULL); ALTER TABLE ${table} ADD CONSTRAINT nn${count} NOT NULL k NOT VALID`,
    );
    expect(facts.columns).toEqual([{ name: 'k', type: 'integer', nullable: true }]);
    expect(facts.keys[0]?.refused).toMatch(/may be null/);
  });

  it('refuses an index that orders texts by another collation or operator class', async () => {
    const facts = await factsOf('k text NOT NULL', (table) =>
      [
        `CREATE UNIQUE INDEX ON ${table} (k COLLATE "C")`,
        `CREATE UNIQUE INDEX ON ${table} (k text_pattern_ops)`,
      ].join(';'),
    );
    expect(
      facts.keys.map(({ refused }) => /another operator class or collation/.test(refused ?? '')),
    ).toEqual([true, true]);
  });

  it('refuses an invalid index', async () => {
    const facts = await factsOf('k int NOT NULL', (table) => `INSERT INTO ${table} VALUES (1), (1)`);
    await session
      .write('index', `CREATE UNIQUE INDEX CONCURRENTLY broken ON ${facts.table} (k)`)
      .catch(() => undefined);
    const { keys } = (await readFacts(session, [facts.table])).tables[facts.table] ?? { keys: [] };
    expect(keys).toMatchObject([{ name: 'broken', refused: expect.stringMatching(/invalid/) }]);
  });

  it('passes over partial and expression indexes, and over indexes that are not unique', async () => {
    const facts = await factsOf('a int NOT NULL, b text NOT NULL', (table) =>
      [
        `CREATE UNIQUE INDEX ON ${table} (a) WHERE a > 0`,
        `CREATE UNIQUE INDEX ON ${table} (lower(b))`,
        `CREATE INDEX ON ${table} (a)`,
      ].join(';'),
    );
    expect(facts.keys).toEqual([]);
  });

  it('puts the primary key first and keeps the order of composite keys; INCLUDE columns are no part', async () => {
    const facts = await factsOf(
      'a int NOT NULL, b uuid, c text NOT NULL, PRIMARY KEY (b, a)',
      (table) => `CREATE UNIQUE INDEX aaa ON ${table} (c, a) INCLUDE (b)`,
    );
    expect(
      facts.keys.map(({ primary, columns, refused }) => [primary, columns.map(({ name }) => name), refused]),
    ).toEqual([
      [true, ['b', 'a'], null],
      [false, ['c', 'a'], null],
    ]);
  });
});

describe('tables', () => {
  it('are found under the name asked for, or are null', async () => {
    await session.write(
      'create',
      `CREATE SCHEMA app; CREATE TABLE app."Odd.Name" (a int); CREATE VIEW app.v AS SELECT 1`,
    );
    const { tables, serverVersion } = await readFacts(session, [
      'app."Odd.Name"',
      'nowhere.t',
      'odd',
      'app.v',
    ]);
    expect(tables['app."Odd.Name"']?.table).toBe('app."Odd.Name"');
    expect([tables['nowhere.t'], tables.odd, tables['app.v']]).toEqual([null, null, null]);
    expect(serverVersion).toMatch(/^\d+/);
  });

  it('tell a relation that is no table from a name without one, for which they know the tables there are', async () => {
    await session.write(
      'create',
      `CREATE SCHEMA other; CREATE TABLE other.shelf (a int PRIMARY KEY); CREATE VIEW seen AS SELECT 1;
       CREATE TABLE parent (a int) PARTITION BY LIST (a); CREATE TABLE "a.part" PARTITION OF parent DEFAULT`,
    );
    const { tables, others, tableNames } = await readFacts(session, [
      'seen',
      'other.shelf_pkey',
      'shelf',
      'a.part',
      '"a.part"',
    ]);
    expect(others).toEqual(['seen', 'other.shelf_pkey']);
    expect(Object.values(tables).map((table) => table?.table ?? null)).toEqual([
      null,
      null,
      null,
      null,
      'public."a.part"',
    ]);
    expect(tableNames).toEqual(expect.arrayContaining(['parent', 'other.shelf']));
    expect(tableNames?.filter((name) => /part$|^pg_|seen/.test(name))).toEqual([]);
  });

  it('have columns in order with their types, without dropped ones', async () => {
    const facts = await factsOf(
      'a int, gone int, b varchar(3) NOT NULL, c mood[]',
      (table) => `ALTER TABLE ${table} DROP COLUMN gone`,
    );
    expect(facts.columns).toEqual([
      { name: 'a', type: 'integer', nullable: true },
      { name: 'b', type: 'character varying(3)', nullable: false },
      { name: 'c', type: 'public.mood[]', nullable: true },
    ]);
  });

  it.each(['', 'PARTITION BY RANGE (a)'])('estimate their rows and bytes %s', async (partitioned) => {
    const table = quoteIdentifier(`sized${++count}`);
    const part = partitioned === '' ? '' : `CREATE TABLE part${count} PARTITION OF ${table} DEFAULT;`;
    await session.write(
      'create',
      `CREATE TABLE ${table} (a int PRIMARY KEY) ${partitioned}; ${part}
       INSERT INTO ${table} SELECT generate_series(1, 5000); ANALYZE ${table}`,
    );
    const facts = (await readFacts(session, [table])).tables[table];
    expect(facts?.rowsEstimate).toBe(5000);
    expect(facts?.bytes).toBeGreaterThan(100_000);
    expect(facts?.keys[0]?.refused).toBeNull();
  });

  it('that were never analysed have an estimate from their size', async () => {
    const facts = await factsOf('a int', (table) => `INSERT INTO ${table} SELECT generate_series(1, 5000)`);
    expect(facts.rowsEstimate).toBeGreaterThan(500);
  });
});
