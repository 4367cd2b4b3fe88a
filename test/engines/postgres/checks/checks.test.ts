import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Baseline, Check, CheckResult } from '../../../../src/core/checks.ts';
import { type TestDatabase, TestServer } from '../support.ts';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterEach(() => server.closeAll());
afterAll(() => server.stop());

interface CheckCase {
  readonly given: string;
  readonly check: Check;
  readonly outcome: CheckResult['outcome'];
  readonly found: RegExp;
}

const users = 'CREATE TABLE users (id int PRIMARY KEY, email text, name text);';
const noNulls: Check = { check: 'no_nulls', table: 'users', columns: ['id', 'email'] };
const unique: Check = { check: 'unique', table: 'public.users', columns: ['email', 'name'] };
const orphans: Check = {
  check: 'no_orphans',
  table: 'orders',
  columns: ['user_id'],
  references: { table: 'users', columns: ['id'] },
};
const valid: Check = { check: 'constraint_valid', table: 'users', constraint: 'named' };
const sql = (query: string, expect: Extract<Check, { check: 'sql' }>['expect']): Check => ({
  check: 'sql',
  name: 'the question',
  query,
  expect,
});

const cases: Readonly<Record<string, CheckCase>> = {
  'no_nulls without NULL': {
    given: `${users} INSERT INTO users VALUES (1, 'a')`,
    check: noNulls,
    outcome: 'passed',
    found: /none/,
  },
  'no_nulls with two': {
    given: `${users} INSERT INTO users VALUES (1, 'a'), (2, NULL), (3, NULL)`,
    check: noNulls,
    outcome: 'failed',
    found: /^email: NULL in 2 rows$/,
  },
  'no_nulls in a table that is not there': {
    given: '',
    check: noNulls,
    outcome: 'unreadable',
    found: /does not exist/,
  },
  'unique, where rows with NULL do not count': {
    given: `${users} INSERT INTO users VALUES (1, 'a', 'x'), (2, 'a', 'y'), (3, 'a', NULL), (4, 'a', NULL)`,
    check: unique,
    outcome: 'passed',
    found: /none/,
  },
  'unique with duplicates': {
    given: `${users} INSERT INTO users VALUES (1, 'hunter2', 'x'), (2, 'hunter2', 'x')`,
    check: unique,
    outcome: 'failed',
    found: /^1 value found more than once$/,
  },
  'no_orphans, where NULL references nothing': {
    given: `${users} INSERT INTO users VALUES (1); CREATE TABLE orders (user_id int); INSERT INTO orders VALUES (1), (NULL)`,
    check: orphans,
    outcome: 'passed',
    found: /no orphans/,
  },
  'no_orphans with one': {
    given: `${users} CREATE TABLE orders (user_id int); INSERT INTO orders VALUES (7)`,
    check: orphans,
    outcome: 'failed',
    found: /^1 row of orders/,
  },
  'row_count exactly': {
    given: `${users} INSERT INTO users VALUES (1)`,
    check: { check: 'row_count', table: 'users', expect: { is: 'exactly', rows: 1 } },
    outcome: 'passed',
    found: /^1 rows$/,
  },
  'row_count at least': {
    given: users,
    check: { check: 'row_count', table: 'users', expect: { is: 'at_least', rows: 1 } },
    outcome: 'failed',
    found: /^0 rows$/,
  },
  'row_count unchanged without a reading': {
    given: users,
    check: { check: 'row_count', table: 'users', expect: { is: 'unchanged' } },
    outcome: 'unreadable',
    found: /no reading/,
  },
  'constraint_valid for a valid one': {
    given: `${users} ALTER TABLE users ADD CONSTRAINT named CHECK (id > 0)`,
    check: valid,
    outcome: 'passed',
    found: /it is/,
  },
  'constraint_valid for one NOT VALID': {
    given: `${users} ALTER TABLE users ADD CONSTRAINT named CHECK (id > 0) NOT VALID`,
    check: valid,
    outcome: 'failed',
    found: /NOT VALID/,
  },
  'constraint_valid for none': { given: users, check: valid, outcome: 'failed', found: /no such constraint/ },
  'sql with the expected value': {
    given: users,
    check: sql('SELECT count(*) FROM users', { is: 'value', value: '0' }),
    outcome: 'passed',
    found: /expected value/,
  },
  'sql with another value, which is not repeated': {
    given: users,
    check: sql(`SELECT 'hunter2'`, { is: 'value', value: 'x' }),
    outcome: 'failed',
    found: /^another value instead/,
  },
  'sql with rows where none belong': {
    given: users,
    check: sql('SELECT 1', { is: 'no_rows' }),
    outcome: 'failed',
    found: /^1 rows, none expected$/,
  },
  'sql that would write': {
    given: users,
    check: sql('INSERT INTO users VALUES (1) RETURNING id', { is: 'value', value: '1' }),
    outcome: 'unreadable',
    found: /read-only transaction/,
  },
  'sql that is no SQL': {
    given: '',
    check: sql('SELEC 1', { is: 'no_rows' }),
    outcome: 'unreadable',
    found: /syntax/,
  },
  'no_invalid_indexes without one': {
    given: users,
    check: { check: 'no_invalid_indexes', tables: ['users'] },
    outcome: 'passed',
    found: /none/,
  },
  'no_invalid_indexes with one': {
    given: `${users} UPDATE pg_index SET indisvalid = false WHERE indrelid = 'users'::regclass`,
    check: { check: 'no_invalid_indexes', tables: ['users'] },
    outcome: 'failed',
    found: /^invalid: users_pkey$/,
  },
  'privileges of the owner': {
    given: users,
    check: { check: 'privileges', tables: ['users'] },
    outcome: 'passed',
    found: /it may/,
  },
  'privileges on a table that is not there': {
    given: '',
    check: { check: 'privileges', tables: ['users'] },
    outcome: 'failed',
    found: /no table users/,
  },
  'replication_lag without replicas': {
    given: '',
    check: { check: 'replication_lag', underSeconds: 1 },
    outcome: 'passed',
    found: /^0\.0 s behind$/,
  },
  'replication_lag as Aurora tells it': {
    given: `CREATE FUNCTION aurora_replica_status() RETURNS TABLE (replica_lag_in_msec double precision)
      LANGUAGE sql AS 'VALUES (12.0::double precision), (4500)'`,
    check: { check: 'replication_lag', underSeconds: 2 },
    outcome: 'failed',
    found: /^4\.5 s behind$/,
  },
  'backfill_complete when it is': {
    given: `${users} INSERT INTO users VALUES (1, 'a')`,
    check: { check: 'backfill_complete', table: 'users', where: 'email IS NULL' },
    outcome: 'passed',
    found: /no row/,
  },
  'backfill_complete when it is not': {
    given: `${users} INSERT INTO users VALUES (1)`,
    check: { check: 'backfill_complete', table: 'users', where: 'email IS NULL OR name IS NULL' },
    outcome: 'failed',
    found: /^1 row still/,
  },
  'no_long_transactions without one': {
    given: '',
    check: { check: 'no_long_transactions', olderThanSeconds: 60 },
    outcome: 'passed',
    found: /none/,
  },
};

describe('a check', () => {
  it.each(Object.entries(cases))('%s', async (_name, { given, check, outcome, found }) => {
    const database = await server.database();
    if (given !== '') await database.query(given);
    const result = await (await database.connect()).check(check, {});
    expect(result).toMatchObject({ check: check.check, outcome, found: expect.stringMatching(found) });
    expect(result.title).not.toBe('');
    expect(result.remedy === undefined).toBe(outcome === 'passed');
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });

  it('no_long_transactions names the session that has one open', async () => {
    const database = await server.database();
    await (await database.client('the-report')).query('BEGIN; SELECT 1');
    const result = await (await database.connect()).check(
      { check: 'no_long_transactions', olderThanSeconds: 0 },
      {},
    );
    expect(result).toMatchObject({
      outcome: 'failed',
      found: expect.stringContaining('application the-report'),
    });
  });

  it('that needs to see other users’ sessions is unreadable where it may not', async () => {
    const database = await server.database();
    await database.query(`CREATE ROLE little LOGIN PASSWORD 'x'`);
    await database.client('the-report');
    const connected = await database.as('little', 'x');
    const result = await connected.check({ check: 'no_long_transactions', olderThanSeconds: 60 }, {});
    expect(result).toMatchObject({
      outcome: 'unreadable',
      remedy: expect.stringContaining('pg_read_all_stats'),
    });
    expect(await connected.pressure()).toMatchObject({ oldestTransactionSeconds: null });
    await database.query(users);
    const may = await connected.check({ check: 'privileges', tables: ['users'] }, {});
    expect(may.found).toBe('users belongs to another role; no CREATE on the database, needed for the ledger');
  });
});

describe('row_count unchanged', () => {
  const unchanged: Check = { check: 'row_count', table: 'users', expect: { is: 'unchanged' } };

  async function ready(): Promise<{
    database: TestDatabase;
    baseline: Baseline;
    connected: Awaited<ReturnType<TestDatabase['connect']>>;
  }> {
    const database = await server.database();
    await database.query(`${users} INSERT INTO users SELECT generate_series(1, 100)`);
    const connected = await database.connect();
    return { database, connected, baseline: { users: await connected.readRowCount('users') } };
  }

  it('allows for inserts and deletes the server has seen since', async () => {
    const { database, connected, baseline } = await ready();
    await database.query(
      'INSERT INTO users SELECT generate_series(101, 130); DELETE FROM users WHERE id <= 10',
    );
    expect(await connected.check(unchanged, baseline)).toMatchObject({
      outcome: 'passed',
      found: expect.stringMatching(/^120 rows, 100 before/),
    });
  });

  it('fails when rows vanish without being deleted, after having asked more than once', async () => {
    const { database, baseline } = await ready();
    await database.query('TRUNCATE users');
    let now = 0;
    const clock = {
      now: () => now,
      async sleep(ms: number) {
        now += ms;
      },
    };
    const connected = await database.connect({ clock });
    expect(await connected.check(unchanged, baseline)).toMatchObject({
      outcome: 'failed',
      found: expect.stringMatching(/^0 rows, 100 before/),
    });
    expect(now).toBe(10_000);
  });

  it.each([
    ['unreadable where there are other rows', '99', 'unreadable'],
    ['no matter where there are as many rows', '100', 'passed'],
  ])('that finds the counters reset is %s', async (_, rows, outcome) => {
    const { connected } = await ready();
    const baseline = { users: { rows, inserted: '999999', deleted: '0' } };
    expect(await connected.check(unchanged, baseline)).toMatchObject({ outcome });
  });

  it('counts the rows and writes of all parts of a partitioned table', async () => {
    const database = await server.database();
    await database.query(`CREATE TABLE p (id int) PARTITION BY RANGE (id);
      CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10); CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20);
      INSERT INTO p SELECT generate_series(0, 19)`);
    const reading = await (await database.connect()).readRowCount('p');
    expect(reading.rows).toBe('20');
    expect(Number(reading.inserted)).toBeLessThanOrEqual(20);
  });
});

describe('pressure', () => {
  it('counts those who wait for us and the age of others’ transactions', async () => {
    const database = await server.database();
    await database.query('CREATE TABLE t (id int)');
    const connected = await database.connect();
    expect(await connected.pressure()).toEqual({
      replicationLagSeconds: 0,
      waitingForUs: 0,
      oldestTransactionSeconds: expect.any(Number),
    });
    const ours = await database.client('lockkeeper/run-1/expand-1');
    await ours.query('BEGIN; LOCK TABLE t');
    const theirs = await database.client();
    const waiting = theirs.query('SELECT * FROM t');
    const deadline = Date.now() + 30_000;
    let seen = await connected.pressure();
    while (seen.waitingForUs !== 1 && Date.now() < deadline) seen = await connected.pressure();
    expect(seen.waitingForUs).toBe(1);
    await ours.query('COMMIT');
    await waiting;
  });
});
