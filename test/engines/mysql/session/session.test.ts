import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { plainEffects } from '../../../../src/app/ports/effects.ts';
import type { Login } from '../../../../src/app/ports/engine.ts';
import { AmbiguousError, RetryableError } from '../../../../src/core/errors.ts';
import { runId } from '../../../../src/core/ids.ts';
import { type OwnSession, openSession } from '../../../../src/engines/mysql/session/session.ts';
import type { SessionUse } from '../../../../src/engines/sessions.ts';
import type { TestMysql } from '../../../support/mysql.ts';
import { until } from '../../postgres/support.ts';
import { everyMysqlServer } from '../support.ts';

const tag = { runId: runId('run-1'), role: 'test' };

const loginOf = (server: TestMysql): Login => ({
  host: server.host,
  port: server.port,
  user: server.user,
  password: server.password,
  database: 'information_schema',
  tls: { mode: 'off' },
});

everyMysqlServer('a session', (server) => {
  const closers: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  const open = async (
    login: Login = loginOf(server()),
    use: SessionUse = 'ordinary',
    signal = new AbortController().signal,
  ): Promise<OwnSession> => {
    const session = await openSession(login, tag, signal, plainEffects, use);
    closers.push(() => session.close());
    return session;
  };

  it('answers in text, exactly', async () => {
    const session = await open();
    const [row] = await session.read(
      `SELECT 18446744073709551615 AS big, CAST('2026-01-01 00:00:00.000012' AS DATETIME(6)) AS at, NULL AS none,
              1.10 AS exact, 'é' AS text, TRUE AS yes`,
    );
    expect(row).toEqual({
      big: '18446744073709551615',
      at: '2026-01-01 00:00:00.000012',
      none: null,
      exact: '1.10',
      text: 'é',
      yes: '1',
    });
  });

  it('has its own settings, whatever the server has', async () => {
    const session = await open(loginOf(server()), 'detached');
    const [row] = await session.read<Record<string, string>>(
      'SELECT @@sql_mode AS mode, @@time_zone AS zone, @@autocommit AS auto, @@lock_wait_timeout AS wait',
    );
    expect(row).toMatchObject({ zone: '+00:00', auto: '1', wait: '5' });
    expect(row?.mode).toContain('STRICT_ALL_TABLES');
    expect(row?.mode).not.toMatch(/ANSI_QUOTES|NO_BACKSLASH_ESCAPES|PIPES_AS_CONCAT/);
  });

  it('stops a script at its first error and rolls it back', async () => {
    const { name } = await server().createDatabase();
    const session = await open({ ...loginOf(server()), database: name });
    await session.write('make', 'CREATE TABLE t (id int)');
    const script =
      'START TRANSACTION; INSERT INTO t VALUES (1); SELECT nonsense; INSERT INTO t VALUES (2); COMMIT';
    await expect(session.write('fill', script)).rejects.toMatchObject({
      class: 'fatal',
      cause: { completed: 2, number: 1054 },
    });
    expect(await session.read('SELECT COUNT(*) AS n FROM t')).toEqual([{ n: '0' }]);
  });

  it('ends its statement on the server when its caller gives up', async () => {
    const stopping = new AbortController();
    const session = await open(loginOf(server()), 'ordinary', stopping.signal);
    const sleeping = session.read('SELECT SLEEP(60) AS s').then(
      (rows) => rows,
      (error: unknown) => error,
    );
    const isAtWork = async (): Promise<boolean> => {
      const rows = await server().query(
        `SELECT 1 FROM information_schema.processlist WHERE id = ${session.id} AND info LIKE 'SELECT SLEEP%'`,
      );
      return rows.length > 0;
    };
    await until('it sleeps', isAtWork);
    stopping.abort();
    // SLEEP takes being ended for its end, and says so by 1; every other statement fails.
    const outcome = await sleeping;
    if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'aborted' });
    else expect(outcome).toEqual([{ s: '1' }]);
    expect(await isAtWork()).toBe(false);
    await expect(session.read('SELECT 1')).rejects.toMatchObject({ code: 'aborted' });
  });

  it('that is lost leaves a write in doubt and a read to be repeated', async () => {
    for (const [during, kindOf] of [
      ['write', AmbiguousError],
      ['read', RetryableError],
    ] as const) {
      const session = await open();
      const sleeping = (
        during === 'write' ? session.write('w', 'DO SLEEP(60)') : session.read('SELECT SLEEP(60)')
      ).catch((error: unknown) => error);
      await until('it sleeps', async () => {
        const rows = await server().query(
          `SELECT 1 FROM information_schema.processlist WHERE id = ${session.id} AND command = 'Query'`,
        );
        return rows.length > 0;
      });
      await server().query(`KILL CONNECTION ${session.id}`);
      expect(await sleeping).toBeInstanceOf(kindOf);
      expect(session.lost).toBe(true);
      await expect(session.write('later', 'DO 1')).rejects.toBeInstanceOf(RetryableError);
    }
  });

  it('that cannot be opened says why', async () => {
    const login = loginOf(server());
    const refused = (changed: Partial<Login>) =>
      open({ ...login, ...changed }).then(
        () => 'connected',
        (error: { class: string; code: string }) => `${error.class} ${error.code}`,
      );
    expect(await refused({ password: 'wrong' })).toBe('retryable login-refused');
    expect(await refused({ database: 'nowhere' })).toBe('fatal no-such-database');
    expect(await refused({ port: 1 })).toBe('retryable unreachable');
    expect(await refused({ host: 'no-such-host.invalid' })).toBe('retryable unreachable');
    expect(await refused({ tls: { mode: 'verify' } })).toBe('fatal tls-refused');
    expect(await refused({ host: 'localhost', tls: { mode: 'verify' } })).toMatch(/^fatal tls-refused$/);
  });
});

it('a server that never answers is unreachable', async () => {
  const sockets: Socket[] = [];
  const silent: Server = createServer((socket) => {
    sockets.push(socket);
    socket.destroy();
  });
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const address = silent.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const login: Login = {
    host: '127.0.0.1',
    port,
    user: 'u',
    password: 'p',
    database: 'd',
    tls: { mode: 'off' },
  };
  await expect(openSession(login, tag, new AbortController().signal, plainEffects)).rejects.toMatchObject({
    class: 'retryable',
    code: 'unreachable',
  });
  silent.close();
});
