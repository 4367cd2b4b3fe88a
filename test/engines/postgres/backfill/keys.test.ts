import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { KeyColumn } from '../../../../src/core/plan/plan.ts';
import { backfill, enter, TestServer, workThrough } from '../support.ts';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterEach(() => server.closeAll());
afterAll(() => server.stop());

interface KeyCase {
  readonly columns: string;
  readonly key: readonly KeyColumn[];
  readonly rows: string;
}

const cases: Readonly<Record<string, KeyCase>> = {
  'a composite key of differing types': {
    columns: 'tenant int, "Order" text, PRIMARY KEY (tenant, "Order")',
    key: [
      { name: 'tenant', type: 'integer' },
      { name: 'Order', type: 'text' },
    ],
    rows: `SELECT g / 7, 'o' || g FROM generate_series(1, 400) g`,
  },
  uuid: {
    columns: 'id uuid PRIMARY KEY',
    key: [{ name: 'id', type: 'uuid' }],
    rows: 'SELECT gen_random_uuid() FROM generate_series(1, 400)',
  },
  'text in an ICU collation with mixed case and accents': {
    columns: 'id text COLLATE "en-US-x-icu" PRIMARY KEY',
    key: [{ name: 'id', type: 'text' }],
    rows: `SELECT (ARRAY['a', 'B', 'A', 'b', 'Á', '_', ' ', 'z'])[g % 8 + 1] || g FROM generate_series(1, 400) g`,
  },
  'bigint beyond 2^53': {
    columns: 'id bigint PRIMARY KEY',
    key: [{ name: 'id', type: 'bigint' }],
    rows: 'SELECT 9007199254740992 + g FROM generate_series(1, 400) g',
  },
  'timestamptz a microsecond apart': {
    columns: 'id timestamptz PRIMARY KEY',
    key: [{ name: 'id', type: 'timestamp with time zone' }],
    rows: `SELECT '2026-10-25 01:00:00+02'::timestamptz + g * interval '1 microsecond' FROM generate_series(1, 400) g`,
  },
  'a sparse bigint': {
    columns: 'id bigint PRIMARY KEY',
    key: [{ name: 'id', type: 'bigint' }],
    rows: 'SELECT g FROM generate_series(1, 399) g UNION ALL SELECT 300000000000',
  },
  'numeric with a fraction': {
    columns: 'id numeric(20, 6) PRIMARY KEY',
    key: [{ name: 'id', type: 'numeric(20,6)' }],
    rows: 'SELECT g + 0.000001 * g FROM generate_series(1, 400) g',
  },
  bytea: {
    columns: 'id bytea PRIMARY KEY',
    key: [{ name: 'id', type: 'bytea' }],
    rows: `SELECT decode(lpad(to_hex(g), 8, '0'), 'hex') FROM generate_series(1, 400) g`,
  },
  'an enum, in its own order': {
    columns: 'kind mood, id int, PRIMARY KEY (kind, id)',
    key: [
      { name: 'kind', type: 'mood' },
      { name: 'id', type: 'integer' },
    ],
    rows: `SELECT (ARRAY['zzz', 'mmm', 'aaa'])[g % 3 + 1]::mood, g FROM generate_series(1, 400) g`,
  },
  'a date in a database with another date style': {
    columns: 'id date PRIMARY KEY',
    key: [{ name: 'id', type: 'date' }],
    rows: `SELECT '2024-01-01'::date + g FROM generate_series(1, 400) g`,
  },
  'text with quotes, backslashes and braces': {
    columns: 'id varchar(40) PRIMARY KEY',
    key: [{ name: 'id', type: 'character varying(40)' }],
    rows: `SELECT (ARRAY['{', '"', '\\', '''', ',', 'NULL'])[g % 6 + 1] || g FROM generate_series(1, 400) g`,
  },
};

describe('a backfill visits each row exactly once along', () => {
  it.each(Object.entries(cases))('%s', async (_name, { columns, key, rows }) => {
    const database = await server.database();
    await database.query(`
      DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET DateStyle = ''SQL, DMY''', current_database()); END $$;
      CREATE TYPE mood AS ENUM ('zzz', 'mmm', 'aaa');
      CREATE TABLE t (visits int NOT NULL DEFAULT 0, ${columns});
      INSERT INTO t (${key.map(({ name }) => `"${name}"`).join(', ')}) ${rows}`);
    const connected = await database.connect();
    const fence = await enter(connected);

    const { visited } = await workThrough(connected, fence, backfill('public.t', key, { partitions: 4 }), 17);

    expect(visited).toBe(400);
    expect(await database.query('SELECT visits, count(*) FROM t GROUP BY visits')).toEqual([
      { visits: '1', count: '400' },
    ]);
  });
});

describe('partitions', () => {
  it('hold about equally many rows where keys are sparse', async () => {
    const database = await server.database();
    await database.query(`CREATE TABLE t (id bigint PRIMARY KEY, visits int NOT NULL DEFAULT 0);
      INSERT INTO t SELECT g FROM generate_series(1, 1000) g UNION ALL SELECT 300000000000`);
    const connected = await database.connect();
    const fence = await enter(connected);
    const of = backfill('public.t', [{ name: 'id', type: 'bigint' }], { partitions: 4 });
    await workThrough(connected, fence, of, 100);
    const sizes = await database.query<{ rows_visited: string }>(
      'SELECT rows_visited FROM lockkeeper.partition',
    );
    expect(sizes.map((row) => Number(row.rows_visited)).sort()).toEqual([250, 250, 250, 251]);
  });

  it('of an empty table are one that is done', async () => {
    const database = await server.database();
    await database.query('CREATE TABLE t (id int PRIMARY KEY, visits int)');
    const connected = await database.connect();
    const fence = await enter(connected);
    const of = backfill('public.t', [{ name: 'id', type: 'integer' }]);
    expect(await workThrough(connected, fence, of, 10)).toEqual({ visited: 0, changed: 0, batches: 0 });
    await database.query('INSERT INTO t VALUES (1, 0)');
    expect(await workThrough(connected, fence, of, 10)).toEqual({ visited: 0, changed: 0, batches: 0 });
  });

  it('are never more than rows', async () => {
    const database = await server.database();
    await database.query(
      'CREATE TABLE t (id int PRIMARY KEY, visits int); INSERT INTO t VALUES (1, 0), (2, 0)',
    );
    const connected = await database.connect();
    const fence = await enter(connected);
    const of = backfill('public.t', [{ name: 'id', type: 'integer' }], { partitions: 8 });
    expect(await workThrough(connected, fence, of, 10)).toMatchObject({ visited: 2, changed: 2 });
  });

  it('are cut from a sample where the table is large, and still meet every row once', async () => {
    const database = await server.database();
    await database.query(`CREATE TABLE t (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), visits int NOT NULL DEFAULT 0, pad text);
      INSERT INTO t (pad) SELECT repeat('x', 900) FROM generate_series(1, 20000)`);
    const connected = await database.connect();
    const fence = await enter(connected);
    const of = backfill('public.t', [{ name: 'id', type: 'uuid' }], { partitions: 5 });
    expect(await workThrough(connected, fence, of, 3000)).toMatchObject({ visited: 20000, changed: 20000 });
    const sizes = await database.query<{ rows_visited: string }>(
      'SELECT rows_visited FROM lockkeeper.partition',
    );
    expect(sizes).toHaveLength(5);
    for (const { rows_visited } of sizes) expect(Number(rows_visited)).toBeGreaterThan(2000);
  });

  it('planned twice are those of the first time', async () => {
    const database = await server.database();
    await database.query(
      'CREATE TABLE t (id int PRIMARY KEY, visits int); INSERT INTO t SELECT g, 0 FROM generate_series(1, 100) g',
    );
    const connected = await database.connect();
    const fence = await enter(connected);
    const of = backfill('public.t', [{ name: 'id', type: 'integer' }], { partitions: 2 });
    const [first, second] = await Promise.all([
      connected.planPartitions('run-1' as never, fence, of),
      (await database.connect({ role: 'twin' })).planPartitions('run-1' as never, fence, {
        ...of,
        partitions: 5,
      }),
    ]);
    expect(await connected.planPartitions('run-1' as never, fence, { ...of, partitions: 7 })).toEqual(first);
    expect(second).toEqual(first);
  });
});
