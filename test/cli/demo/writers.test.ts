import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { demoSize, orderKey } from '../../../src/cli/demo/data.ts';
import { postgresDialect } from '../../../src/cli/demo/postgres/dialect.ts';
import { findLost } from '../../../src/cli/demo/verify.ts';
import type { WriteLog } from '../../../src/cli/demo/write-log.ts';
import { startWriters, type Writers, type WritersOptions } from '../../../src/cli/demo/writers.ts';
import { RealClock } from '../../../src/local/clock/real-clock.ts';
import { eventually } from '../../support/eventually.ts';
import { startPostgres, type TestPostgres } from '../../support/postgres.ts';
import { loginOf } from './login.ts';

let server: TestPostgres;
const opened: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  server = await startPostgres();
});
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});
afterAll(() => server.stop());

async function open(rows = 2_000) {
  const { url } = await server.createDatabase();
  const size = demoSize(rows);
  await postgresDialect.load(loginOf(url), size);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const session = await postgresDialect.open(loginOf(url));
  opened.push(
    () => client.end(),
    () => session.close(),
  );
  return { url, size, client, session };
}

async function start(
  { url, size }: Awaited<ReturnType<typeof open>>,
  more: Partial<WritersOptions> = {},
): Promise<Writers> {
  const writers = await startWriters({
    dialect: postgresDialect,
    connect: () => loginOf(url),
    size,
    writers: 3,
    pauseMs: 0,
    clock: new RealClock(),
    seed: 1,
    ...more,
  });
  opened.push(() => writers.stop());
  return writers;
}

const acknowledges = (writers: Writers, more: number): Promise<void> => {
  const wanted = writers.figures().acknowledged + more;
  return eventually(() => expect(writers.figures().acknowledged).toBeGreaterThan(wanted));
};

/** The newest write of its kind after which its row was not written again. */
const last = (log: WriteLog, does: string, table = 'users') => {
  const newest = new Map(log.writes.map((write) => [`${write.table} ${write.key}`, write]));
  return [...newest.values()].findLast((write) => write.does === does && write.table === table);
};

const waiting = `SELECT pid FROM pg_stat_activity
  WHERE datname = current_database() AND application_name LIKE 'demo-writer-%' AND wait_event_type = 'Lock'`;

/** Holds up all three writers in the middle of a statement until the returned client commits. */
async function blockAll({ url, client }: Awaited<ReturnType<typeof open>>): Promise<pg.Client> {
  const blocker = new pg.Client({ connectionString: url });
  await blocker.connect();
  opened.push(() => blocker.end());
  await blocker.query('BEGIN; LOCK TABLE users, orders IN ACCESS EXCLUSIVE MODE');
  await eventually(async () => expect((await client.query(waiting)).rows).toHaveLength(3));
  return blocker;
}

describe('the demo data', () => {
  it('is two tables of the sizes asked for, with keys, a cascade and fresh statistics', async () => {
    const { client, size } = await open();
    const { rows } = await client.query(
      `SELECT (SELECT count(*)::int FROM users) AS users, (SELECT count(*)::int FROM orders) AS orders,
              (SELECT count(*)::int FROM users WHERE email_confirmation_token IS NULL) AS confirmed,
              (SELECT count(*)::int FROM orders WHERE currency = 'CHF') AS francs,
              (SELECT count(*)::int FROM orders WHERE amount < 0) AS refunds,
              (SELECT reltuples::int FROM pg_class WHERE relname = 'users') AS estimate,
              (SELECT user_id::int FROM orders WHERE id = $1) AS "user"`,
      [orderKey(2)],
    );
    expect(rows).toEqual([
      { users: 2000, orders: 500, confirmed: 1200, francs: 5, refunds: 5, estimate: 2000, user: 8 },
    ]);
    expect(size).toEqual({ users: 2000, orders: 500 });
    const { rows: constraints } = await client.query(
      `SELECT pg_get_constraintdef(oid) AS is FROM pg_constraint WHERE conrelid IN ('users'::regclass, 'orders'::regclass) AND contype IN ('p', 'u', 'f') ORDER BY 1`,
    );
    expect(constraints.map((row) => row.is)).toEqual([
      'FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE',
      'PRIMARY KEY (id)',
      'PRIMARY KEY (id)',
      'UNIQUE (email)',
    ]);
    const inserted = await client.query(`INSERT INTO users (email) VALUES ('x') RETURNING id::int`);
    expect(inserted.rows).toEqual([{ id: 2001 }]);
  });
});

describe('the writers', () => {
  it('insert, update and delete, and lose nothing', async () => {
    const demo = await open();
    const writers = await start(demo);
    await acknowledges(writers, 1500);
    await writers.pause();
    const verification = await findLost(demo.session, writers.log);
    expect(verification).toEqual({ rows: expect.any(Number), lost: 0, examples: [] });
    expect(verification.rows).toBeGreaterThan(500);
    const kinds = new Set(writers.log.writes.map((write) => `${write.does} ${write.table}`));
    expect([...kinds].toSorted()).toEqual([
      'delete orders',
      'delete users',
      'insert orders',
      'insert users',
      'update orders',
      'update users',
    ]);
    const figures = writers.figures();
    expect(figures.failures).toEqual({});
    expect(figures.p50Ms).toBeGreaterThan(0);
    expect(figures.p99Ms).toBeGreaterThanOrEqual(figures.p50Ms);
    expect(figures.maxBlockedMs).toBeGreaterThanOrEqual(figures.p99Ms);
  });

  it('are paused once no statement is under way, and go on after', async () => {
    const demo = await open();
    const writers = await start(demo);
    await acknowledges(writers, 50);
    const blocker = await blockAll(demo);
    let isPaused = false;
    const pausing = writers.pause().then(() => {
      isPaused = true;
    });
    await demo.client.query('SELECT 1');
    expect(isPaused).toBe(false);
    await blocker.query('COMMIT');
    await pausing;
    const { acknowledged } = writers.figures();
    const { rows } = await demo.client.query(
      `SELECT count(*)::int AS busy FROM pg_stat_activity WHERE application_name LIKE 'demo-writer-%' AND state = 'active'`,
    );
    expect(rows).toEqual([{ busy: 0 }]);
    expect(writers.figures().acknowledged).toBe(acknowledged);
    writers.resume();
    await acknowledges(writers, 50);
  });

  it('are the old application until the deployment, and the new one after it', async () => {
    const demo = await open();
    const writers = await start(demo);
    await acknowledges(writers, 50);
    await demo.client.query('ALTER TABLE users ADD COLUMN email_verified boolean');
    await acknowledges(writers, 50);
    await writers.switchTo('new');
    await demo.client.query('ALTER TABLE users DROP COLUMN email_confirmation_token');
    const mark = writers.mark();
    await acknowledges(writers, 100);
    await writers.pause();
    const { rows } = await demo.client.query(
      `SELECT count(*)::int AS n FROM users WHERE email_verified IS NOT NULL`,
    );
    expect(rows[0]?.n).toBeGreaterThan(10);
    expect(writers.figures(mark)).toMatchObject({ failed: 0, failures: {} });
  });

  it('count what the server refuses by its code, and do not take it for done', async () => {
    const demo = await open();
    const writers = await start(demo);
    await acknowledges(writers, 50);
    await demo.client.query('ALTER TABLE users DROP COLUMN email_confirmation_token');
    await eventually(() => expect(writers.figures().failures['42703']).toBeGreaterThan(5));
    await writers.pause();
    expect(await findLost(demo.session, writers.log)).toMatchObject({ lost: 0 });
  });

  it('come back after their connections were cut, with what happened then left open', async () => {
    const demo = await open();
    const writers = await start(demo);
    await acknowledges(writers, 100);
    // Every writer is in the middle of a statement when its connection goes.
    const blocker = await blockAll(demo);
    await demo.client.query(`SELECT pg_terminate_backend(pid) FROM (${waiting}) AS stuck`);
    await blocker.query('COMMIT');
    await acknowledges(writers, 100);
    await writers.pause();
    expect(writers.figures().ambiguous).toBeGreaterThanOrEqual(3);
    expect(writers.figures().maxBlockedMs).toBeGreaterThan(0);
    expect(writers.figures().longestOutageMs).toBeGreaterThan(0);
    expect(await findLost(demo.session, writers.log)).toMatchObject({ lost: 0 });
  });

  it('ask for the current password when theirs is refused', async () => {
    const demo = await open();
    await demo.client.query(`CREATE ROLE app_${process.pid} LOGIN SUPERUSER PASSWORD 'first'`);
    const url = new URL(demo.url);
    url.username = `app_${process.pid}`;
    url.password = 'first';
    const asked: string[] = [];
    const writers = await start(demo, {
      connect: () => loginOf(url.href),
      password: async () => {
        asked.push('second');
        return 'second';
      },
    });
    await acknowledges(writers, 50);
    await demo.client.query(`ALTER ROLE app_${process.pid} PASSWORD 'second'`);
    await demo.client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app_${process.pid}'`,
    );
    await acknowledges(writers, 100);
    expect(asked.length).toBeGreaterThan(0);
  });

  it('do not start where nobody answers', async () => {
    const demo = await open();
    await expect(
      start(demo, { connect: () => loginOf(demo.url.replace(/\d+\/test/, '1/test')) }),
    ).rejects.toThrow(/ECONNREFUSED/);
  });
});

describe('a lost write is found', () => {
  async function written() {
    const demo = await open();
    const writers = await start(demo);
    await acknowledges(writers, 500);
    await writers.stop();
    return { ...demo, log: writers.log };
  }

  it('when a row is missing', async () => {
    const { client, session, log } = await written();
    const key = last(log, 'insert')?.key;
    await client.query('DELETE FROM users WHERE id = $1', [key]);
    const { lost, examples } = await findLost(session, log);
    expect(lost).toBeGreaterThanOrEqual(1);
    expect(examples).toContainEqual({
      table: 'users',
      key,
      kind: 'missing',
      text: 'revision 0 was expected, and there is no row',
    });
  });

  it('when a row is older than its last write', async () => {
    const { client, session, log } = await written();
    const write = last(log, 'update');
    await client.query('UPDATE users SET revision = revision - 1 WHERE id = $1', [write?.key]);
    expect(await findLost(session, log)).toMatchObject({
      lost: 1,
      examples: [
        {
          key: write?.key,
          kind: 'stale',
          text: `revision ${write?.revision} was expected, and there is revision ${(write?.revision ?? 0) - 1}`,
        },
      ],
    });
  });

  it('when a deleted row is back', async () => {
    const { client, session, log } = await written();
    const key = last(log, 'delete')?.key;
    await client.query(`INSERT INTO users (id, email) OVERRIDING SYSTEM VALUE VALUES ($1, 'back')`, [key]);
    expect(await findLost(session, log)).toMatchObject({
      lost: 1,
      examples: [{ key, kind: 'resurrected', text: 'no row was expected, and there is revision 0' }],
    });
  });

  it('when a row has a revision that nobody wrote', async () => {
    const { client, session, log } = await written();
    const key = last(log, 'update')?.key;
    await client.query('UPDATE users SET revision = revision + 1 WHERE id = $1', [key]);
    expect(await findLost(session, log)).toMatchObject({ lost: 1, examples: [{ key, kind: 'unexplained' }] });
  });

  it('when an order is gone', async () => {
    const { client, session, log } = await written();
    const key = last(log, 'update', 'orders')?.key;
    await client.query('DELETE FROM orders WHERE id = $1', [key]);
    expect(await findLost(session, log)).toMatchObject({
      lost: 1,
      examples: [{ table: 'orders', key, kind: 'missing' }],
    });
  });

  it('when it was made before the recovery point of a restore, but not when later', async () => {
    const { client, session, log } = await written();
    const write = last(log, 'update');
    await client.query('UPDATE users SET revision = revision - 1 WHERE id = $1', [write?.key]);
    const at = write?.at ?? 0;
    // The log knows the server at hand; a restored one would bear another identity.
    log.servers[0] = 'the server before';
    expect(await findLost(session, log, { before: new Date(at + 1) })).toMatchObject({ lost: 1 });
    expect(await findLost(session, log, { before: new Date(at - 1) })).toMatchObject({ lost: 0 });
  });

  it('when the restored server acknowledged it, however late', async () => {
    const { client, session, log } = await written();
    const write = last(log, 'update');
    expect(log.servers).toEqual([await session.identity()]);
    await client.query('UPDATE users SET revision = revision - 1 WHERE id = $1', [write?.key]);
    expect(await findLost(session, log, { before: new Date(0) })).toMatchObject({ lost: 1 });
  });
});
