import mysql from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MysqlLauncher } from '../../../src/local/rds/mysql/launcher.ts';
import {
  locatePrograms,
  type MysqlKind,
  type MysqlPrograms,
  NoServerError,
} from '../../../src/local/rds/mysql/programs.ts';
import { eventually } from '../../support/eventually.ts';

const PASSWORD = "pass'word";

/** Each way in which a running server is copied. */
const servers: readonly {
  readonly name: string;
  readonly find: readonly [MysqlKind, string];
  readonly change?: (programs: MysqlPrograms) => MysqlPrograms;
}[] = [
  { name: 'MariaDB 10.11', find: ['mariadb', '10.11'] },
  {
    name: 'MariaDB 10.11 without its backup program',
    find: ['mariadb', '10.11'],
    change: (programs) => ({ ...programs, backup: undefined }),
  },
  { name: 'MySQL 5.7', find: ['mysql', '5.7'] },
];

describe.each(servers)('$name', ({ find, change = (programs) => programs }) => {
  let launcher: MysqlLauncher | undefined;
  let reason = '';
  beforeAll(async () => {
    try {
      launcher = await MysqlLauncher.with(change(await locatePrograms(...find)));
    } catch (error) {
      if (!(error instanceof NoServerError)) throw error;
      reason = error.message;
    }
  });
  afterAll(() => launcher?.close());

  const create = (using: MysqlLauncher) =>
    using.create({
      masterUsername: 'keeper',
      masterPassword: PASSWORD,
      database: 'shop',
      durability: 'relaxed',
    });

  test('has a master user with the rights that RDS gives, and nobody else enters without a password', async (ctx) => {
    if (launcher === undefined) return ctx.skip(reason);
    const server = await create(launcher);
    const connection = await connect(server.port);
    const [settings] = await connection.query(
      `SELECT @@character_set_server AS charset, @@binlog_format AS binlog, @@event_scheduler AS events,
              @@performance_schema AS performance, @@global.time_zone AS zone`,
    );
    expect(settings).toEqual([
      { charset: 'utf8mb4', binlog: 'ROW', events: 'ON', performance: 1, zone: '+00:00' },
    ]);
    const [grants] = await connection.query<mysql.RowDataPacket[]>('SHOW GRANTS');
    const granted = JSON.stringify(grants);
    expect(granted).toMatch(/CREATE USER, EVENT, TRIGGER ON \*\.\* .*WITH GRANT OPTION/);
    expect(granted).not.toMatch(/SUPER|FILE|ALL PRIVILEGES|SHUTDOWN/);
    await expect(connection.query('SET GLOBAL max_connections = 1')).rejects.toMatchObject({ errno: 1227 });
    await connection.end();
    for (const user of ['rdsadmin', 'root', '']) {
      await expect(connect(server.port, { user, password: '' })).rejects.toMatchObject({ errno: 1045 });
    }

    await launcher.setPassword(server, 'keeper', 'second');
    await expect(connect(server.port)).rejects.toMatchObject({ errno: 1045 });
    const again = await connect(server.port, { password: 'second' });
    await again.end();
    await launcher.discard(server);
    await expect(connect(server.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('is copied while it is written to: with every write acknowledged before the recovery point, none begun after, and no half of any', async (ctx) => {
    if (launcher === undefined) return ctx.skip(reason);
    const server = await create(launcher);
    const load = await startWriters(server.port);
    await eventually(() => expect(load.writes.length).toBeGreaterThan(300));
    // It is rolled back in the copy: nobody has committed it.
    const open = await connect(server.port);
    await open.query('START TRANSACTION');
    await open.query('INSERT INTO entries VALUES (0, 0, 0)');

    const shares: number[] = [];
    const snapshot = await launcher.takeSnapshot(server, {
      now: Date.now,
      onProgress: (share) => shares.push(share),
    });
    const finishedMs = Date.now();
    const enough = load.writes.length + 300;
    await eventually(() => expect(load.writes.length).toBeGreaterThan(enough));
    await open.query('COMMIT');
    await open.end();
    await load.stop();

    expect(load.failures).toEqual([]);
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));

    const restored = await launcher.restore(snapshot.folder, { durability: 'relaxed' });
    const client = await connect(restored.port);
    const [rows] = await client.query<mysql.RowDataPacket[]>('SELECT writer, number FROM entries');
    const [sums] = await client.query<mysql.RowDataPacket[]>('SELECT writer, written FROM totals');
    const [logs] = await client.query<mysql.RowDataPacket[]>('SHOW BINARY LOGS');
    await client.end();
    const held = new Set(rows.map(({ writer, number }) => `${writer}/${number}`));
    const names = (writes: typeof load.writes) => writes.map(({ writer, number }) => `${writer}/${number}`);
    const before = load.writes.filter(({ acknowledgedMs }) => acknowledgedMs < snapshot.databaseTimeMs);
    const after = load.writes.filter(({ sentMs }) => sentMs > finishedMs);
    expect(before.length).toBeGreaterThan(100);
    expect(after.length).toBeGreaterThan(100);
    expect(names(before).filter((name) => !held.has(name))).toEqual([]);
    expect(names(after).filter((name) => held.has(name))).toEqual([]);
    expect(held).not.toContain('0/0');
    // A transaction writes both tables, one writer's follow each other: no halves, no gaps.
    for (const { writer, written } of sums) {
      const numbers = rows.filter((row) => row.writer === writer).map(({ number }) => number as number);
      expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: written }, (_, i) => i + 1));
    }
    // Its own log, not the first server's files.
    expect(logs.map(({ Log_name }) => Log_name)).toEqual(['binlog.000001']);
    await launcher.discard(restored);
    await launcher.discard(server);
  });

  test('keeps what was committed when it is restarted', async (ctx) => {
    if (launcher === undefined) return ctx.skip(reason);
    const server = await create(launcher);
    const client = await connect(server.port);
    await client.query('CREATE TABLE kept (id int PRIMARY KEY)');
    await client.query('INSERT INTO kept VALUES (1)');
    const ended = new Promise((resolve) => client.once('error', resolve));
    const restarted = await launcher.restart(server, { durability: 'relaxed' });
    await ended;
    const again = await connect(restarted.port);
    expect((await again.query('SELECT id FROM kept'))[0]).toEqual([{ id: 1 }]);
    await again.end();
    await launcher.discard(restarted);
  });
});

async function connect(port: number, login: { user?: string; password?: string } = {}) {
  const connection = await mysql.createConnection({
    host: '127.0.0.1',
    port,
    user: 'keeper',
    password: PASSWORD,
    ...(login.user === undefined && login.password === undefined ? {} : login),
    ...(login.user === undefined ? { database: 'shop' } : {}),
  });
  connection.on('error', () => {});
  return connection;
}

/** Three clients, each with a transaction over two tables after the other, until told to stop. */
async function startWriters(port: number) {
  const setup = await connect(port);
  await setup.query('CREATE TABLE entries (writer int, number int, pad int, PRIMARY KEY (writer, number))');
  await setup.query('CREATE TABLE totals (writer int PRIMARY KEY, written int)');
  await setup.query('INSERT INTO totals VALUES (1, 0), (2, 0), (3, 0)');
  await setup.end();
  const writes: { writer: number; number: number; sentMs: number; acknowledgedMs: number }[] = [];
  const failures: unknown[] = [];
  let going = true;
  const loops = [1, 2, 3].map(async (writer) => {
    const client = await connect(port);
    for (let number = 1; going; number++) {
      const sentMs = Date.now();
      await client.query('START TRANSACTION');
      await client.query('INSERT INTO entries VALUES (?, ?, 0)', [writer, number]);
      await client.query('UPDATE totals SET written = ? WHERE writer = ?', [number, writer]);
      await client.query('COMMIT');
      writes.push({ writer, number, sentMs, acknowledgedMs: Date.now() });
    }
    await client.end();
  });
  const all = Promise.all(loops).catch((error: unknown) => failures.push(error));
  return {
    writes,
    failures,
    async stop() {
      going = false;
      await all;
    },
  };
}
