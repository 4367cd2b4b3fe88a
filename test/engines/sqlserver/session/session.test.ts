import { afterEach, describe, expect, it } from 'vitest';
import { plainEffects } from '../../../../src/app/ports/effects.ts';
import type { Login } from '../../../../src/app/ports/engine.ts';
import {
  AmbiguousError,
  FatalError,
  LoginRefusedError,
  RetryableError,
} from '../../../../src/core/errors.ts';
import { runId } from '../../../../src/core/ids.ts';
import { type OwnSession, openSession } from '../../../../src/engines/sqlserver/session/session.ts';
import {
  startTdsServer,
  type TdsAnswer,
  type TdsScript,
  type TdsServer,
} from '../../../support/tds-server.ts';
import { until } from '../../postgres/support.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const nothing: TdsAnswer = { rows: [] };

/** A server that answers what every session asks first, and otherwise as it is told. */
async function serverThat(
  answer: (sql: string) => TdsAnswer,
  login?: TdsScript['login'],
): Promise<TdsServer> {
  const server = await startTdsServer({
    ...(login === undefined ? {} : { login }),
    answer: (sql) => {
      if (/@@SPID/.test(sql)) return { rows: [{ id: '51' }] };
      return /^\s*SET /i.test(sql) ? nothing : answer(sql);
    },
  });
  closers.push(() => server.close());
  return server;
}

const loginTo = (port: number): Login => ({
  host: '127.0.0.1',
  port,
  user: 'migrator',
  password: 'pä$$ "word',
  database: 'shop',
  tls: { mode: 'off' },
});

async function open(server: TdsServer, signal = new AbortController().signal): Promise<OwnSession> {
  const tag = { runId: runId('run-1'), role: 'expand-1' };
  const session = await openSession(loginTo(server.port), tag, signal, plainEffects, 'step');
  closers.push(() => session.close());
  return session;
}

describe('a session', () => {
  it('says who it is, and makes its settings before anything else', async () => {
    const server = await serverThat(() => nothing);
    const session = await open(server);
    expect(session.id).toBe(51);
    expect(server.logins).toEqual([
      {
        user: 'migrator',
        password: 'pä$$ "word',
        application: 'lockkeeper/run-1/expand-1#step',
        database: 'shop',
      },
    ]);
    expect(server.asked.some((sql) => /SET XACT_ABORT ON; SET LOCK_TIMEOUT 5000;/.test(sql))).toBe(true);
  });

  it('answers in text, and sends what has values as a call', async () => {
    const server = await serverThat(() => ({ rows: [{ a: '9007199254740993', b: null, c: '日本' }] }));
    const session = await open(server);
    const rows = await session.read('SELECT a, b, c FROM t WHERE id = @id', { id: 7, name: 'x' });
    expect(rows).toEqual([{ a: '9007199254740993', b: null, c: '日本' }]);
    expect(server.asked.at(-1)).toBe('SELECT a, b, c FROM t WHERE id = @id');
  });

  const errors: readonly (readonly [string, TdsAnswer, object])[] = [
    [
      'a lock that was not granted',
      { errors: [{ number: 1222, message: 'Lock request time out period exceeded.' }] },
      { class: 'retryable', code: 'lock-timeout' },
    ],
    [
      'a deadlock',
      { errors: [{ number: 1205, message: 'Transaction was deadlocked …' }] },
      { class: 'retryable', code: 'deadlock' },
    ],
    [
      'an error that another one follows',
      {
        errors: [
          { number: 1505, message: 'The duplicate key value is (secret, 1).', line: 3 },
          { number: 1750, message: 'Could not create constraint or index. See previous errors.' },
        ],
      },
      { class: 'fatal', cause: { number: 1505, line: 3, numbers: [1505, 1750] } },
    ],
    [
      'an error that the table knows behind one that it does not',
      {
        errors: [
          { number: 1, message: 'something' },
          { number: 1222, message: 'Lock request time out period exceeded.' },
        ],
      },
      { class: 'retryable', code: 'lock-timeout' },
    ],
    [
      'a stale fence',
      { errors: [{ number: 51001, message: 'the fence is stale: a newer run has begun' }] },
      { code: 'stale-fence' },
    ],
    [
      'a permission that is missing',
      { errors: [{ number: 229, message: 'The SELECT permission was denied on the object t.' }] },
      { class: 'fatal', code: 'missing-privilege' },
    ],
  ];

  it.each(errors)('classifies %s', async (_, answer, expected) => {
    const session = await open(await serverThat((sql) => (/^IF @@TRANCOUNT/.test(sql) ? nothing : answer)));
    await expect(session.write('act', 'UPDATE t SET a = 1')).rejects.toMatchObject(expected);
    expect(session.lost).toBe(false);
  });

  it('keeps values of rows out of errors', async () => {
    const message = "Violation of PRIMARY KEY constraint 'k'. The duplicate key value is (secret).";
    const session = await open(
      await serverThat((sql) => (/^INSERT/.test(sql) ? { errors: [{ number: 2627, message }] } : nothing)),
    );
    const error = await session.write('act', 'INSERT INTO t VALUES (1)').catch((thrown: unknown) => thrown);
    expect(String(error)).not.toContain('secret');
    expect(String(error)).toContain("constraint 'k'");
  });

  it('undoes what a failed batch has left open', async () => {
    const server = await serverThat((sql) =>
      /^INSERT/.test(sql) ? { errors: [{ number: 8152, message: 'too long' }] } : nothing,
    );
    const session = await open(server);
    await expect(session.write('act', 'INSERT INTO t VALUES (1)')).rejects.toBeInstanceOf(FatalError);
    expect(server.asked.at(-1)).toBe('IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;');
  });

  it('has a statement ended that takes longer than it may, and can go on', async () => {
    const server = await serverThat((sql) => (/^UPDATE/.test(sql) ? 'silence' : { rows: [{ a: '1' }] }));
    const session = await open(server);
    await expect(session.write('act', 'UPDATE t SET a = 1', undefined, 50)).rejects.toMatchObject({
      class: 'retryable',
      code: 'statement-timeout',
    });
    expect(server.cancelled()).toBe(1);
    expect(await session.read('SELECT 1 AS a')).toEqual([{ a: '1' }]);
  });

  it('has its statement ended when its caller gives up', async () => {
    const server = await serverThat((sql) => (/^UPDATE/.test(sql) ? 'silence' : nothing));
    const stopping = new AbortController();
    const session = await open(server, stopping.signal);
    const writing = session.write('act', 'UPDATE t SET a = 1').catch((thrown: unknown) => thrown);
    await until('the statement has arrived', async () => server.asked.some((sql) => /^UPDATE/.test(sql)));
    stopping.abort();
    expect(await writing).toMatchObject({ class: 'retryable', code: 'aborted' });
    await expect(session.read('SELECT 1')).rejects.toMatchObject({ code: 'aborted' });
  });
});

describe('a connection lost between a request and its reply', () => {
  it('leaves a write in doubt, and a read to be repeated', async () => {
    const server = await serverThat((sql) => (/^(UPDATE|SELECT)/.test(sql) ? 'hang up' : nothing));
    const writing = await open(server);
    await expect(writing.write('act', 'UPDATE t SET a = 1')).rejects.toBeInstanceOf(AmbiguousError);
    expect(writing.lost).toBe(true);
    const reading = await open(server);
    await expect(reading.read('SELECT 1')).rejects.toBeInstanceOf(RetryableError);
    await expect(reading.write('act', 'UPDATE t SET a = 1')).rejects.toMatchObject({
      class: 'retryable',
      code: 'connection-lost',
    });
  });

  it('is the same when the server says that it has killed the session', async () => {
    const killed: TdsAnswer = { errors: [{ number: 596, message: 'the session is in the kill state' }] };
    const session = await open(await serverThat((sql) => (/^UPDATE/.test(sql) ? killed : nothing)));
    await expect(session.write('act', 'UPDATE t SET a = 1')).rejects.toBeInstanceOf(AmbiguousError);
    expect(session.lost).toBe(true);
  });
});

describe('a login', () => {
  const refusing = (number: number, message: string) =>
    serverThat(
      () => nothing,
      () => ({ number, message }),
    );

  it('with a wrong password is refused as such', async () => {
    const server = await refusing(18456, "Login failed for user 'migrator'.");
    await expect(open(server)).rejects.toBeInstanceOf(LoginRefusedError);
  });

  it('to a database that is not there cannot be repeated', async () => {
    const server = await refusing(4060, 'Cannot open database "shop" requested by the login.');
    await expect(open(server)).rejects.toMatchObject({ class: 'fatal', code: 'no-such-database' });
  });

  it('where nothing listens can be tried again', async () => {
    const server = await serverThat(() => nothing);
    await server.close();
    await expect(open(server)).rejects.toMatchObject({ class: 'retryable', code: 'unreachable' });
  });

  it('is not made without the TLS that was asked for', async () => {
    const server = await serverThat(() => nothing);
    const tag = { runId: runId('run-1'), role: 'test' };
    const connect = (host: string) =>
      openSession(
        { ...loginTo(server.port), host, tls: { mode: 'verify' } },
        tag,
        new AbortController().signal,
        plainEffects,
      );
    await expect(connect('localhost')).rejects.toMatchObject({ class: 'fatal', code: 'tls-refused' });
    await expect(connect('127.0.0.1')).rejects.toMatchObject({ class: 'fatal', code: 'tls-refused' });
    expect(server.logins).toEqual([]);
  });
});
