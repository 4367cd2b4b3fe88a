import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { demoSize, orderKey } from '../../../src/cli/demo/data.ts';
import { mariadbDialect, mysqlDialect } from '../../../src/cli/demo/mysql/dialect.ts';
import { findLost } from '../../../src/cli/demo/verify.ts';
import { startWriters, type Writers, type WritersOptions } from '../../../src/cli/demo/writers.ts';
import { RealClock } from '../../../src/local/clock/real-clock.ts';
import { eventually } from '../../support/eventually.ts';
import { type NoTestMysql, openMysqlServer, present, type TestMysql } from '../../support/mysql.ts';
import { loginOf } from './login.ts';

describe.each([
  { kind: 'mariadb', dialect: mariadbDialect },
  { kind: 'mysql57', dialect: mysqlDialect },
] as const)('on $dialect.title', ({ kind, dialect }) => {
  let opened: TestMysql | NoTestMysql;
  const started: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    opened = await openMysqlServer(kind);
  });
  afterAll(async () => {
    if (opened !== undefined && 'close' in opened) await opened.close();
  });

  async function open(test: TestContext, rows = 2_000) {
    const server = present(opened, test);
    const { url, name } = await server.createDatabase();
    const login = loginOf(url);
    const size = demoSize(rows);
    await dialect.load(login, size);
    const session = await dialect.open(login);
    test.onTestFinished(async () => {
      for (const close of started.splice(0).reverse()) await close();
      await session.close();
    });
    /** One statement in the demo's database; `shop.` stands for it. */
    const query = (sql: string, values: readonly unknown[] = []) =>
      server.query(sql.replaceAll('shop.', `\`${name}\`.`), values);
    return { server, login, name, size, session, query };
  }

  async function start(
    { login, size }: Awaited<ReturnType<typeof open>>,
    more: Partial<WritersOptions> = {},
  ): Promise<Writers> {
    const writers = await startWriters({
      dialect,
      connect: () => login,
      size,
      writers: 3,
      pauseMs: 0,
      clock: new RealClock(),
      seed: 1,
      ...more,
    });
    started.push(() => writers.stop());
    return writers;
  }

  const acknowledges = (writers: Writers, more: number): Promise<void> => {
    const wanted = writers.figures().acknowledged + more;
    return eventually(() => expect(writers.figures().acknowledged).toBeGreaterThan(wanted));
  };

  it('the data is two tables of the sizes asked for, the same rows as everywhere', async (test) => {
    const { query, name } = await open(test);
    const rows = await query(
      `SELECT (SELECT COUNT(*) FROM shop.users) AS users, (SELECT COUNT(*) FROM shop.orders) AS orders,
              (SELECT COUNT(*) FROM shop.users WHERE email_confirmation_token IS NULL) AS confirmed,
              (SELECT COUNT(*) FROM shop.orders WHERE currency = 'CHF') AS francs,
              (SELECT COUNT(*) FROM shop.orders WHERE amount < 0) AS refunds,
              (SELECT user_id FROM shop.orders WHERE id = ?) AS user,
              (SELECT email FROM shop.users WHERE id = 2000) AS last`,
      [orderKey(2)],
    );
    expect(rows).toEqual([
      {
        users: '2000',
        orders: '500',
        confirmed: '1200',
        francs: '5',
        refunds: '5',
        user: '8',
        last: 'user2000@example.com',
      },
    ]);
    const constraints = await query(
      `SELECT constraint_type AS type FROM information_schema.table_constraints
       WHERE table_schema = ? ORDER BY 1`,
      [name],
    );
    expect(constraints.map(({ type }) => type)).toEqual([
      'FOREIGN KEY',
      'PRIMARY KEY',
      'PRIMARY KEY',
      'UNIQUE',
    ]);
  });

  it('the writers insert, update and delete in both versions of the application, and lose nothing', async (test) => {
    const demo = await open(test);
    const writers = await start(demo);
    await acknowledges(writers, 700);
    await demo.query('ALTER TABLE shop.users ADD COLUMN email_verified boolean');
    await acknowledges(writers, 50);
    await writers.switchTo('new');
    await demo.query('ALTER TABLE shop.users DROP COLUMN email_confirmation_token');
    const mark = writers.mark();
    await acknowledges(writers, 300);
    await writers.pause();
    expect(writers.figures(mark)).toMatchObject({ failed: 0, failures: {} });
    const verification = await findLost(demo.session, writers.log);
    expect(verification).toEqual({ rows: expect.any(Number), lost: 0, examples: [] });
    expect(verification.rows).toBeGreaterThan(300);
    const kinds = new Set(writers.log.writes.map((write) => `${write.does} ${write.table}`));
    expect([...kinds].toSorted()).toEqual([
      'delete orders',
      'delete users',
      'insert orders',
      'insert users',
      'update orders',
      'update users',
    ]);

    // A write that was undone behind the writers' backs is found.
    const newest = new Map(writers.log.writes.map((write) => [`${write.table} ${write.key}`, write]));
    const [update, order] = (['users', 'orders'] as const).map((table) =>
      [...newest.values()].findLast((write) => write.does === 'update' && write.table === table),
    );
    await demo.query('UPDATE shop.users SET revision = revision - 1 WHERE id = ?', [update?.key]);
    await demo.query('DELETE FROM shop.orders WHERE id = ?', [order?.key]);
    expect(await findLost(demo.session, writers.log)).toMatchObject({
      lost: 2,
      examples: [
        { table: 'users', key: update?.key, kind: 'stale' },
        { table: 'orders', key: order?.key, kind: 'missing' },
      ],
    });
    expect(writers.log.servers).toEqual([await demo.session.identity()]);
  });

  it('what the server refuses is counted by its code, and not taken for done', async (test) => {
    const demo = await open(test);
    const writers = await start(demo);
    await acknowledges(writers, 50);
    await demo.query('ALTER TABLE shop.users DROP COLUMN email_confirmation_token');
    await eventually(() => expect(writers.figures().failures['1054']).toBeGreaterThan(5));
    await writers.pause();
    expect(await findLost(demo.session, writers.log)).toMatchObject({ lost: 0 });
  });

  it('connections that are cut come back, with the new password, and what happened then is left open', async (test) => {
    const demo = await open(test);
    const user = `app_${process.pid}`;
    await demo.query('CREATE USER ?@? IDENTIFIED BY ?', [user, '%', 'first']);
    await demo.query('GRANT ALL ON shop.* TO ?@?', [user, '%']);
    test.onTestFinished(async () => {
      await demo.query('DROP USER ?@?', [user, '%']);
    });
    const asked: string[] = [];
    const writers = await start(demo, {
      connect: () => ({ ...demo.login, user, password: 'first' }),
      password: async () => {
        asked.push('second');
        return 'second';
      },
    });
    await acknowledges(writers, 100);
    await demo.query('ALTER USER ?@? IDENTIFIED BY ?', [user, '%', 'second']);
    // Every writer is in the middle of a statement when its connection goes.
    await demo.query('LOCK TABLES shop.users WRITE, shop.orders WRITE');
    const stuck = () =>
      demo.query("SELECT id FROM information_schema.processlist WHERE user = ? AND command = 'Query'", [
        user,
      ]);
    await eventually(async () => expect(await stuck()).toHaveLength(3));
    for (const { id } of await stuck()) await demo.query(`KILL ${id}`);
    await demo.query('UNLOCK TABLES');
    await acknowledges(writers, 100);
    await writers.pause();
    expect(asked.length).toBeGreaterThan(0);
    expect(writers.figures().ambiguous).toBeGreaterThanOrEqual(3);
    expect(writers.figures().longestOutageMs).toBeGreaterThan(0);
    expect(await findLost(demo.session, writers.log)).toMatchObject({ lost: 0 });
  });

  it('a server on which nobody answers is an error', async (test) => {
    const { login } = await open(test);
    await expect(dialect.open({ ...login, port: 1 })).rejects.toThrow(/ECONNREFUSED/);
  });
});
