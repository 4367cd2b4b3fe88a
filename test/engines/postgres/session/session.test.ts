import { createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { plainEffects } from '../../../../src/app/ports/effects.ts';
import type { Login } from '../../../../src/app/ports/engine.ts';
import {
  AmbiguousError,
  FatalError,
  LoginRefusedError,
  RetryableError,
} from '../../../../src/core/errors.ts';
import { type OwnSession, openSession } from '../../../../src/engines/postgres/session/session.ts';
import { applicationName } from '../../../../src/engines/postgres/session/tag.ts';
import type { SessionUse } from '../../../../src/engines/sessions.ts';
import { losingReplies, type TestDatabase, TestServer, until } from '../support.ts';
import { certificate, privateKey } from './localhost-certificate.ts';

let server: TestServer;
let database: TestDatabase;
beforeAll(async () => {
  server = await TestServer.start();
  database = await server.database();
});
afterEach(() => server.closeAll());
afterAll(() => server.stop());

const tag = { runId: 'none' as const, role: 'test' };

async function open(
  login: Partial<Login> = {},
  signal = new AbortController().signal,
  effects = plainEffects,
  use: SessionUse = 'ordinary',
): Promise<OwnSession> {
  const session = await openSession({ ...database.login, ...login }, tag, signal, effects, use);
  server.onClose(() => session.close());
  return session;
}

const failureOf = (login: Partial<Login>) => open(login).catch((error: unknown) => error);

describe('connecting', () => {
  it('names the session after the run and its role', async () => {
    const session = await open();
    expect(await session.read('SHOW application_name')).toEqual([
      { application_name: 'lockkeeper/none/test' },
    ]);
    expect(await session.read('SELECT pg_backend_pid() AS pid')).toEqual([{ pid: String(session.pid) }]);
  });

  it('with a wrong password asks for the current secret', async () => {
    const error = await failureOf({ password: 'wrong-hunter2' });
    expect(error).toBeInstanceOf(LoginRefusedError);
    expect(JSON.stringify([error, (error as Error).message])).not.toContain('hunter2');
  });

  it.each(['', 'PGPASSWORD-is-not-asked'])(
    'with the password %j does not look into the environment',
    async (password) => {
      process.env.PGPASSWORD = database.login.password;
      try {
        expect(await failureOf({ password })).toBeInstanceOf(LoginRefusedError);
      } finally {
        delete process.env.PGPASSWORD;
      }
    },
  );

  it('as an unknown user is a refused login', async () => {
    expect(await failureOf({ user: 'nobody' })).toBeInstanceOf(LoginRefusedError);
  });

  it('to a database that does not exist is fatal', async () => {
    expect(await failureOf({ database: 'nowhere' })).toMatchObject({
      class: 'fatal',
      code: 'no-such-database',
    });
  });

  it('to a port where nothing listens can be tried again, and says where', async () => {
    const error = await failureOf({ port: 1 });
    expect(error).toBeInstanceOf(RetryableError);
    expect(error).toMatchObject({
      code: 'unreachable',
      message: '127.0.0.1:1 cannot be reached: nothing listens there',
    });
    expect((error as RetryableError).remedy).toContain('security groups');
  });

  it('to a host name nobody knows can be tried again', async () => {
    expect(await failureOf({ host: 'no-such-host.invalid' })).toMatchObject({
      class: 'retryable',
      code: 'unreachable',
    });
  });

  it('with TLS to a server without it is fatal', async () => {
    expect(await failureOf({ tls: { mode: 'verify' } })).toMatchObject({
      class: 'fatal',
      code: 'tls-refused',
    });
  });
});

describe('TLS', () => {
  let fake: Server;
  const sockets = new Set<Socket>();
  let port = 0;
  beforeAll(async () => {
    // Agrees to TLS with its certificate, then ends: enough to see whether the client trusts it.
    fake = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.write('S');
        const secureContext = createSecureContext({ cert: certificate, key: privateKey });
        const secure = new TLSSocket(socket, { isServer: true, secureContext });
        secure.on('error', () => undefined);
        secure.once('data', () => secure.destroy());
      });
    });
    await new Promise<void>((resolve) => fake.listen(0, '127.0.0.1', resolve));
    const address = fake.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  });
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    fake.close();
  });

  it.each([
    ['an authority nobody trusts', { host: 'localhost', tls: { mode: 'verify' } }, 'tls-refused'],
    [
      'a trusted authority, for another host name',
      { host: '127.0.0.1', tls: { mode: 'verify', ca: certificate } },
      'tls-refused',
    ],
    [
      'a trusted authority and the right host name',
      { host: 'localhost', tls: { mode: 'verify', ca: certificate } },
      'unreachable',
    ],
  ] as const)('with a certificate of %s: %#', async (_name, login, code) => {
    const error = await failureOf({ ...login, port });
    expect(error).toMatchObject({ code });
    if (code === 'tls-refused') expect(error).toBeInstanceOf(FatalError);
  });
});

describe('values', () => {
  it.each([
    ['SELECT 9007199254740993::bigint AS v', '9007199254740993'],
    [`SELECT '2026-10-25 00:30:00.000001+00'::timestamptz AS v`, '2026-10-25 00:30:00.000001+00'],
    [`SELECT '\\xdeadbeef'::bytea AS v`, '\\xdeadbeef'],
    [`SELECT true AS v`, 't'],
    [`SELECT ARRAY['a', NULL] AS v`, '{a,NULL}'],
    [`SELECT '{"a": 1}'::jsonb AS v`, '{"a": 1}'],
    ['SELECT 0.1::float8 + 0.2 AS v', '0.30000000000000004'],
    [`SELECT interval '1 month 2 days' AS v`, '1 mon 2 days'],
    ['SELECT NULL AS v', null],
  ])('%s is the text %j, whatever the role is set to', async (sql, expected) => {
    await database.query(`ALTER ROLE test SET DateStyle = 'German'; ALTER ROLE test SET TimeZone = 'Europe/Berlin';
      ALTER ROLE test SET bytea_output = 'escape'; ALTER ROLE test SET IntervalStyle = 'iso_8601'`);
    const session = await open();
    expect(await session.read(sql)).toEqual([{ v: expected }]);
  });
});

describe('a lost connection', () => {
  const kill = (pid: number) => database.query('SELECT pg_terminate_backend($1)', [pid]);

  it('makes a read retryable and a write ambiguous', async () => {
    const reader = await open();
    const reading = reader.read('SELECT pg_sleep(60)').catch((error: unknown) => error);
    const writer = await open();
    const writing = writer.write('sleep', 'SELECT pg_sleep(60)').catch((error: unknown) => error);
    await until('both sleep', async () => {
      return (await database.query(`SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'`)).length === 2;
    });
    await kill(reader.pid);
    await kill(writer.pid);
    expect(await reading).toBeInstanceOf(RetryableError);
    expect(await writing).toBeInstanceOf(AmbiguousError);
    expect(reader.lost).toBe(true);
  });

  it('while idle does not end the process, and the next write was surely not made', async () => {
    const session = await open();
    await kill(session.pid);
    await until('the loss is noticed', async () => session.lost);
    await expect(session.write('any', 'SELECT 1')).rejects.toMatchObject({
      class: 'retryable',
      code: 'connection-lost',
    });
  });

  it('behind a write that took effect is ambiguous', async () => {
    await database.query('CREATE TABLE IF NOT EXISTS marks (n int)');
    const session = await open(
      {},
      new AbortController().signal,
      losingReplies(() => true),
    );
    await expect(session.write('mark', 'INSERT INTO marks VALUES (1)')).rejects.toBeInstanceOf(
      AmbiguousError,
    );
    expect(await database.value('SELECT count(*) FROM marks')).toBe('1');
  });
});

describe('a script', () => {
  it('that fails is rolled back and leaves the session usable', async () => {
    const session = await open();
    await expect(
      session.write('script', 'BEGIN; CREATE TABLE half (); SELECT 1/0; COMMIT'),
    ).rejects.toMatchObject({
      class: 'fatal',
    });
    expect(await session.read(`SELECT to_regclass('half') AS half`)).toEqual([{ half: null }]);
  });
});

describe('aborting', () => {
  const running = async () =>
    (await database.query(`SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'`)).length;

  it('cancels the running statement on the server', async () => {
    const stop = new AbortController();
    const session = await open({}, stop.signal);
    const sleeping = session.write('sleep', 'SELECT pg_sleep(60)').catch((error: unknown) => error);
    await until('it sleeps', async () => (await running()) === 1);
    stop.abort(new Error('enough'));
    expect(await sleeping).toMatchObject({ class: 'retryable', code: 'aborted' });
    expect(await running()).toBe(0);
    await expect(session.read('SELECT 1')).rejects.toMatchObject({ code: 'aborted' });
  });

  it('leaves a detached statement to the server', async () => {
    const stop = new AbortController();
    const session = await open({}, stop.signal, plainEffects, 'detached');
    const sleeping = session.write('sleep', 'SELECT pg_sleep(0.3), 7 AS seven');
    await until('it sleeps', async () => (await running()) === 1);
    stop.abort();
    expect(await sleeping).toMatchObject([{ seven: '7' }]);
  });

  it('before connecting opens nothing', async () => {
    await expect(open({}, AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' });
  });
});

describe('application names', () => {
  it('are never cut: a role that does not fit is told apart by its hash', () => {
    const runId = '0190b3a2-7f1c-7c3e-9f00-1234567890ab' as never;
    const names = ['a', 'b'].map((last) =>
      applicationName({ runId, role: `${'very-long-role-'.repeat(3)}${last}` }),
    );
    expect(new Set(names).size).toBe(2);
    for (const name of names) {
      expect(name.startsWith(`lockkeeper/${runId}/`)).toBe(true);
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63);
    }
  });
});

describe('setting a password', () => {
  it('lets the user in with it, and shows the server only its verifier', async () => {
    await database.query(`CREATE ROLE "App User" LOGIN PASSWORD 'old'`);
    const connected = await database.connect();
    const secret = `it's "quoted" \\ größe\u00a0🚢`;
    await connected.setPassword('App User', secret);
    const client = new pg.Client({ ...database.login, user: 'App User', password: secret });
    await client.connect();
    await client.end();
    expect(await failureOf({ user: 'App User', password: 'old' })).toBeInstanceOf(LoginRefusedError);
    expect(
      await database.value(
        `SELECT rolpassword LIKE 'SCRAM-SHA-256$4096:%' FROM pg_authid WHERE rolname = 'App User'`,
      ),
    ).toBe('t');
  });
});

describe('cancelling the sessions of a run', () => {
  it('ends those of the run, busy, idle or in a transaction, and no others', async () => {
    const own = await database.connect({ run: 'run-1' });
    const busy = await database.client('lockkeeper/run-1/expand-1');
    const sleeping = busy.query('SELECT pg_sleep(60)').catch((error: { code: string }) => error.code);
    await database.client('lockkeeper/run-1/idle');
    await (await database.client('lockkeeper/run-1/b1-p0001')).query('BEGIN; SELECT 1');
    await database.client('lockkeeper/run-10/expand-1');
    expect(await own.cancelSessions('run-1' as never, new AbortController().signal)).toBe(3);
    expect(await sleeping).toBe('57014');
    const left = await database.query<{ name: string }>(
      `SELECT application_name AS name FROM pg_stat_activity WHERE application_name LIKE 'lockkeeper/%' ORDER BY 1`,
    );
    expect(left.map((row) => row.name)).toEqual(['lockkeeper/run-1/main', 'lockkeeper/run-10/expand-1']);
  });
});
