import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Effects } from '../../../../src/app/ports/effects.ts';
import { StaleFenceError } from '../../../../src/core/errors.ts';
import { runId } from '../../../../src/core/ids.ts';
import {
  attempt,
  enter,
  losingReplies,
  step,
  type TestDatabase,
  TestServer,
  undo,
  until,
} from '../support.ts';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterEach(() => server.closeAll());
afterAll(() => server.stop());

const build = step('expand-2', 'alone', 'CREATE INDEX CONCURRENTLY t_c ON t (c)');

async function ready() {
  const database = await server.database();
  await database.query(
    'CREATE TABLE t (id int PRIMARY KEY, c int); INSERT INTO t SELECT g, g FROM generate_series(1, 100) g',
  );
  const connected = await database.connect();
  return { database, connected, fence: await enter(connected) };
}

const indexes = (database: TestDatabase) =>
  database.query<{ name: string; valid: string }>(
    `SELECT relname AS name, indisvalid AS valid FROM pg_index JOIN pg_class ON oid = indexrelid
     WHERE indrelid = 't'::regclass AND NOT indisprimary ORDER BY 1`,
  );

const oid = (database: TestDatabase) => database.value(`SELECT to_regclass('t_c')::oid`);

/** A transaction old enough that a concurrent build has to wait for it. */
async function oldTransaction(database: TestDatabase) {
  const client = await database.client('the-report');
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT * FROM t');
  return client;
}

describe('a concurrent index build', () => {
  it('is journaled once it is valid, and once', async () => {
    const { database, connected, fence } = await ready();
    expect(await connected.attemptStep(build, attempt(fence))).toEqual({ kind: 'done', alreadyDone: false });
    expect(await connected.attemptStep(build, attempt(fence))).toEqual({ kind: 'done', alreadyDone: true });
    expect(await indexes(database)).toEqual([{ name: 't_c', valid: 't' }]);
  });

  it('survives the loss of its client, shows its progress, and is not built twice', async () => {
    const { database, connected, fence } = await ready();
    const report = await oldTransaction(database);
    const patient = attempt(fence, { concurrentLockTimeoutMs: 60_000, waitMs: 300 });
    expect(await connected.attemptStep(build, patient)).toMatchObject({ kind: 'running' });
    const begun = await oid(database);
    const second = await database.connect({ role: 'second' });
    const running = await second.attemptStep(build, patient);
    expect(running).toMatchObject({
      kind: 'running',
      progress: { phase: expect.stringContaining('waiting for') },
    });
    await report.query('COMMIT');
    expect(await second.attemptStep(build, attempt(fence))).toMatchObject({ kind: 'done' });
    expect(await oid(database)).toBe(begun);
    expect(await indexes(database)).toEqual([{ name: 't_c', valid: 't' }]);
    expect(await second.journal(runId('run-1'))).toMatchObject([{ step: 'expand-2', state: 'done' }]);
  });

  it('goes on when the socket of its client is destroyed in the middle', async () => {
    const { database, fence } = await ready();
    const report = await oldTransaction(database);
    const severing: Effects = {
      async around(name, act, sever) {
        const acting = act();
        if (name !== 'step expand-2') return acting;
        acting.catch(() => undefined);
        await until('the build has begun', async () => (await oid(database)) !== null);
        sever?.();
        await report.query('COMMIT');
        return acting;
      },
    };
    const connected = await database.connect({ effects: severing });
    expect(await connected.attemptStep(build, attempt(fence)).catch((error: unknown) => error)).toMatchObject(
      {
        code: 'connection-lost',
        class: 'retryable',
      },
    );
    const begun = await oid(database);
    expect(await connected.attemptStep(build, attempt(fence))).toMatchObject({ kind: 'done' });
    expect(await oid(database)).toBe(begun);
    expect(await indexes(database)).toEqual([{ name: 't_c', valid: 't' }]);
  });

  it('that timed out leaves an invalid index, which the next attempt replaces', async () => {
    const { database, connected, fence } = await ready();
    const report = await oldTransaction(database);
    const locked = await connected.attemptStep(build, attempt(fence, { concurrentLockTimeoutMs: 300 }));
    expect(locked).toMatchObject({ kind: 'locked', blockers: [{ application: 'the-report' }] });
    expect(await indexes(database)).toEqual([{ name: 't_c', valid: 'f' }]);
    expect(await connected.journal(runId('run-1'))).toMatchObject([{ state: 'intended' }]);
    await report.query('COMMIT');
    expect(await connected.attemptStep(build, attempt(fence))).toEqual({ kind: 'done', alreadyDone: false });
    expect(await indexes(database)).toEqual([{ name: 't_c', valid: 't' }]);
  });

  it('that finds duplicates fails for good and leaves its intent for the undo', async () => {
    const { database, connected, fence } = await ready();
    await database.query('UPDATE t SET c = 1 WHERE id < 3');
    const unique = step('expand-2', 'alone', 'CREATE UNIQUE INDEX CONCURRENTLY t_c ON t (c)');
    await expect(connected.attemptStep(unique, attempt(fence))).rejects.toMatchObject({ class: 'fatal' });
    expect(await connected.journal(runId('run-1'))).toMatchObject([{ state: 'intended' }]);
    const back = undo('undo-1', ['expand-2'], 'alone', 'DROP INDEX CONCURRENTLY IF EXISTS t_c');
    expect(await connected.attemptStep(back, attempt(fence))).toMatchObject({ kind: 'done' });
    expect(await indexes(database)).toEqual([]);
  });

  it('that was intended but never begun is undone without an index to drop', async () => {
    const { database, connected, fence } = await ready();
    await database.query(`INSERT INTO lockkeeper.step (run_id, step, title, state, note, fence)
      VALUES ('run-1', 'expand-2', '', 'intended', '{"present": false, "leftovers": []}', ${fence})`);
    const back = undo('undo-1', ['expand-2'], 'alone', 'DROP INDEX CONCURRENTLY t_c');
    expect(await connected.attemptStep(back, attempt(fence))).toMatchObject({ kind: 'done' });
  });

  it('that the server refuses outright leaves nothing to undo', async () => {
    const { connected, fence } = await ready();
    const wrong = step('expand-2', 'alone', 'CREATE INDEX CONCURRENTLY t_c ON t (nonsense)');
    const error = await connected.attemptStep(wrong, attempt(fence)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      class: 'fatal',
      message: expect.stringContaining('column "nonsense"'),
    });
    expect(await connected.journal(runId('run-1'))).toEqual([]);
  });

  it('leaves an index alone that was there before, valid or not', async () => {
    const { database, connected, fence } = await ready();
    await database.query('CREATE INDEX t_c ON t (c)');
    await expect(connected.attemptStep(build, attempt(fence))).rejects.toMatchObject({
      code: 'already-exists',
    });
    await database.query(`UPDATE pg_index SET indisvalid = false WHERE indexrelid = 't_c'::regclass`);
    await expect(connected.attemptStep(build, attempt(fence))).rejects.toMatchObject({
      code: 'invalid-index',
    });
    expect(await indexes(database)).toEqual([{ name: 't_c', valid: 'f' }]);
    expect(await connected.journal(runId('run-1'))).toEqual([]);
  });

  it('IF NOT EXISTS is done where the index is there, and its undo leaves that index', async () => {
    const { database, connected, fence } = await ready();
    await database.query('CREATE INDEX t_c ON t (c)');
    const again = step('expand-2', 'alone', 'create index concurrently if not exists "t_c" on public.t (c)');
    expect(await connected.attemptStep(again, attempt(fence))).toMatchObject({ kind: 'done' });
    const back = undo('undo-1', ['expand-2'], 'alone', 'DROP INDEX CONCURRENTLY t_c');
    expect(await connected.attemptStep(back, attempt(fence))).toMatchObject({ kind: 'done' });
    expect(await indexes(database)).toEqual([{ name: 't_c', valid: 't' }]);
  });

  it('without a name is refused', async () => {
    const { connected, fence } = await ready();
    const unnamed = step('expand-2', 'alone', 'CREATE INDEX CONCURRENTLY ON t (c)');
    await expect(connected.attemptStep(unnamed, attempt(fence))).rejects.toMatchObject({
      code: 'unverifiable-step',
    });
  });

  it('does not begin under a stale fence', async () => {
    const { database, connected, fence } = await ready();
    await enter(await database.connect({ role: 'later' }), 'run-1', 9);
    await expect(connected.attemptStep(build, attempt(fence))).rejects.toBeInstanceOf(StaleFenceError);
    expect(await indexes(database)).toEqual([]);
  });

  it('whose intent is an earlier worker’s does not begin under a stale fence either', async () => {
    const { database, connected, fence } = await ready();
    await database.query(`INSERT INTO lockkeeper.step (run_id, step, title, state, note, fence)
      VALUES ('run-1', 'expand-2', '', 'intended', '{"present": false, "leftovers": []}', ${fence})`);
    await enter(await database.connect({ role: 'later' }), 'run-1', 9);
    await expect(connected.attemptStep(build, attempt(fence))).rejects.toBeInstanceOf(StaleFenceError);
    expect(await indexes(database)).toEqual([]);
  });

  it.each([0, 1, 2])('ends the same when reply number %i is lost', async (lostAt) => {
    const { database, fence } = await ready();
    const effects = losingReplies((_effect, nth) => nth === lostAt);
    const connected = await database.connect({ effects });
    for (let round = 0; round < 3; round++) {
      const outcome = await connected.attemptStep(build, attempt(fence)).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toMatchObject({ class: 'retryable' });
    }
    expect(effects.lost).toHaveLength(1);
    expect(await connected.attemptStep(build, attempt(fence))).toEqual({ kind: 'done', alreadyDone: true });
    expect(await indexes(database)).toEqual([{ name: 't_c', valid: 't' }]);
  });
});

/** Beside `t` and its index in `public`, another `t` in a schema that only the search path of the author leads to. */
async function readyInApp() {
  const made = await ready();
  await made.database.query(`CREATE INDEX t_c ON t (c);
    CREATE SCHEMA app; CREATE TABLE app.t (id int PRIMARY KEY, c int)`);
  return made;
}

describe('session settings before a statement outside transactions', () => {
  const inApp = (id: string, ...statements: string[]) =>
    step(id, 'alone', 'SET search_path = app', ...statements);
  const buildInApp = inApp('expand-2', 'CREATE INDEX CONCURRENTLY t_c ON t (c)');
  const indexOf = (database: TestDatabase, table: string) =>
    database.value(
      `SELECT string_agg(indexrelid::regclass || ' ' || indisvalid, ', ') FROM pg_index
       WHERE indrelid = $1::regclass AND NOT indisprimary`,
      [table],
    );

  it('decide for it, and for the looks at what is there, what a name means', async () => {
    const { database, connected, fence } = await readyInApp();
    expect(await connected.attemptStep(buildInApp, attempt(fence))).toEqual({
      kind: 'done',
      alreadyDone: false,
    });
    expect(await indexOf(database, 'app.t')).toBe('app.t_c true');
    const again = inApp('expand-3', 'REINDEX INDEX CONCURRENTLY t_c');
    expect(await connected.attemptStep(again, attempt(fence))).toMatchObject({ kind: 'done' });
    const drop = inApp('contract-1', 'DROP INDEX CONCURRENTLY t_c');
    expect(await connected.attemptStep(drop, attempt(fence))).toEqual({ kind: 'done', alreadyDone: false });
    expect(await indexOf(database, 'app.t')).toBeNull();
    expect(await indexOf(database, 't')).toBe('t_c true');
  });

  it('hold when its client has gone, and for whoever takes it up', async () => {
    const { database, connected, fence } = await readyInApp();
    const report = await database.client('the-report');
    await report.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT * FROM app.t');
    const patient = attempt(fence, { concurrentLockTimeoutMs: 60_000, waitMs: 300 });
    expect(await connected.attemptStep(buildInApp, patient)).toMatchObject({ kind: 'running' });
    const second = await database.connect({ role: 'second' });
    expect(await second.attemptStep(buildInApp, patient)).toMatchObject({ kind: 'running' });
    await report.query('COMMIT');
    expect(await second.attemptStep(buildInApp, attempt(fence))).toMatchObject({ kind: 'done' });
    expect(await indexOf(database, 'app.t')).toBe('app.t_c true');
    expect(await second.journal(runId('run-1'))).toMatchObject([{ step: 'expand-2', state: 'done' }]);
  });

  it('hold when what a timed-out attempt has left is cleared away', async () => {
    const { database, connected, fence } = await readyInApp();
    const report = await database.client('the-report');
    await report.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT * FROM app.t');
    const hasty = attempt(fence, { concurrentLockTimeoutMs: 300 });
    expect(await connected.attemptStep(buildInApp, hasty)).toMatchObject({ kind: 'locked' });
    expect(await indexOf(database, 'app.t')).toBe('app.t_c false');
    await report.query('COMMIT');
    expect(await connected.attemptStep(buildInApp, attempt(fence))).toMatchObject({ kind: 'done' });
    expect(await indexOf(database, 'app.t')).toBe('app.t_c true');
    expect(await indexOf(database, 't')).toBe('t_c true');
  });

  it('take effect, and none reaches the journal or what is Lockkeeper’s own to set', async () => {
    const { database, connected, fence } = await ready();
    await database.query(`DROP ROLE IF EXISTS painter; CREATE ROLE painter;
      CREATE TABLE seen (name text, value text); GRANT INSERT ON seen TO painter;
      CREATE PROCEDURE look() LANGUAGE sql AS $$
        INSERT INTO seen SELECT name, current_setting(name) FROM unnest(ARRAY['role', 'work_mem', 'statement_timeout',
          'lock_timeout', 'application_name', 'client_encoding', 'client_connection_check_interval']) name $$`);
    const looking = step(
      'expand-3',
      'alone',
      'SET ROLE painter',
      `SET work_mem = '7MB'`,
      `SET statement_timeout = '17s'`,
      `SELECT set_config('lock_timeout', '0', false), set_config('application_name', 'psql', false)`,
      `SET client_encoding = 'LATIN1'`,
      `SET client_connection_check_interval = '1s'`,
      'CALL look()',
    );
    expect(await connected.attemptStep(looking, attempt(fence))).toEqual({
      kind: 'done',
      alreadyDone: false,
    });
    const seen = await database.query<{ name: string; value: string }>('SELECT name, value FROM seen');
    expect(Object.fromEntries(seen.map(({ name, value }) => [name, value]))).toEqual({
      role: 'painter',
      work_mem: '7MB',
      statement_timeout: '17s',
      lock_timeout: '3s',
      application_name: 'lockkeeper/run-1/expand-3',
      client_encoding: 'UTF8',
      client_connection_check_interval: '0',
    });
    expect(await connected.journal(runId('run-1'))).toMatchObject([{ step: 'expand-3', state: 'done' }]);
  });

  it('that the server refuses leave nothing begun', async () => {
    const { connected, fence } = await ready();
    const refused = step('expand-3', 'alone', 'SET work_mem = 64', 'SET "nonsense" = 1', 'VACUUM t');
    await expect(connected.attemptStep(refused, attempt(fence))).rejects.toMatchObject({
      class: 'fatal',
      message: expect.stringMatching(/^statement 2 of 3: .*"nonsense"/),
    });
    const wrong = step('expand-3', 'alone', 'SET work_mem = 64', 'VACUUM nonsense');
    await expect(connected.attemptStep(wrong, attempt(fence))).rejects.toMatchObject({
      class: 'fatal',
      message: expect.stringMatching(/^statement 2 of 2: relation "nonsense" does not exist/),
    });
    expect((await connected.journal(runId('run-1'))).map((entry) => entry.state)).toEqual([]);
  });

  it('hold for an undo, which leaves an index alone that its step had found there', async () => {
    const { database, connected, fence } = await readyInApp();
    await database.query('CREATE INDEX t_c ON app.t (c)');
    const found = inApp('expand-2', 'CREATE INDEX CONCURRENTLY IF NOT EXISTS t_c ON t (c)');
    expect(await connected.attemptStep(found, attempt(fence))).toMatchObject({ kind: 'done' });
    const back = undo(
      'undo-1',
      ['expand-2'],
      'alone',
      'SET search_path = app',
      'DROP INDEX CONCURRENTLY t_c',
    );
    expect(await connected.attemptStep(back, attempt(fence))).toMatchObject({ kind: 'done' });
    expect(await indexOf(database, 'app.t')).toBe('app.t_c true');
  });
});

describe('other statements outside transactions', () => {
  it('that would keep readers waiting behind them wait no longer than any other', async () => {
    const { database, connected, fence } = await ready();
    const holder = await database.client('the-report');
    await holder.query('BEGIN; SELECT * FROM t');
    const full = {
      ...step('expand-3', 'alone', 'VACUUM FULL t'),
      lock: { mode: 'ACCESS EXCLUSIVE', tables: ['t'] },
    };
    const impatient = attempt(fence, { lockTimeoutMs: 200, concurrentLockTimeoutMs: 60_000, waitMs: 5_000 });
    expect(await connected.attemptStep(full, impatient)).toMatchObject({
      kind: 'locked',
      blockers: [{ application: 'the-report' }],
    });
    await holder.query('COMMIT');
    expect(await connected.attemptStep(full, impatient)).toMatchObject({ kind: 'done' });
  });

  it('DROP INDEX CONCURRENTLY is done once the index is gone', async () => {
    const { database, connected, fence } = await ready();
    await database.query('CREATE INDEX t_c ON t (c)');
    const drop = step('contract-1', 'alone', 'DROP INDEX CONCURRENTLY public.t_c');
    expect(await connected.attemptStep(drop, attempt(fence))).toEqual({ kind: 'done', alreadyDone: false });
    expect(await indexes(database)).toEqual([]);
  });

  it('REINDEX CONCURRENTLY clears away what an interrupted one left, and nothing older', async () => {
    const { database, connected, fence } = await ready();
    await database.query('CREATE INDEX t_c ON t (c)');
    const again = step('expand-3', 'alone', 'REINDEX INDEX CONCURRENTLY t_c');
    const report = await oldTransaction(database);
    expect(
      await connected.attemptStep(again, attempt(fence, { concurrentLockTimeoutMs: 300 })),
    ).toMatchObject({ kind: 'locked' });
    expect((await indexes(database)).map((index) => index.name)).toEqual(['t_c', 't_c_ccnew']);
    await report.query('COMMIT');
    expect(await connected.attemptStep(again, attempt(fence))).toMatchObject({ kind: 'done' });
    expect(await indexes(database)).toEqual([{ name: 't_c', valid: 't' }]);
  });

  it('VACUUM is simply done again', async () => {
    const { connected, fence } = await ready();
    const vacuum = step('expand-3', 'alone', 'VACUUM (ANALYZE) t');
    expect(await connected.attemptStep(vacuum, attempt(fence))).toEqual({ kind: 'done', alreadyDone: false });
  });

  it('what nobody can verify is left to a person after an interruption', async () => {
    const { database, connected, fence } = await ready();
    await database.query(
      `CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN COMMIT; PERFORM pg_sleep(60); END $$`,
    );
    const call = step('expand-3', 'alone', 'CALL p()');
    expect(await connected.attemptStep(call, attempt(fence, { waitMs: 200 }))).toMatchObject({
      kind: 'running',
    });
    await database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lockkeeper/run-1/expand-3'`,
    );
    await until('the session is gone', async () => {
      const rows = await database.query(
        `SELECT FROM pg_stat_activity WHERE application_name = 'lockkeeper/run-1/expand-3'`,
      );
      return rows.length === 0;
    });
    await expect(connected.attemptStep(call, attempt(fence))).rejects.toMatchObject({
      code: 'unverifiable-step',
    });
  });
});
