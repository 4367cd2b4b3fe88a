import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FatalError, RetryableError, StaleFenceError } from '../../../../src/core/errors.ts';
import { runId, stepId } from '../../../../src/core/ids.ts';
import { attempt, enter, losingReplies, plan, step, TestServer, undo, until } from '../support.ts';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterEach(() => server.closeAll());
afterAll(() => server.stop());

const addColumn = step('expand-1', 'transaction', 'ALTER TABLE t ADD COLUMN c int');

async function ready() {
  const database = await server.database();
  await database.query('CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t SELECT generate_series(1, 10)');
  const connected = await database.connect();
  return { database, connected, fence: await enter(connected) };
}

describe('a step in a transaction', () => {
  it('takes effect with its journal row, and once', async () => {
    const { connected, fence } = await ready();
    expect(await connected.attemptStep(addColumn, attempt(fence))).toEqual({
      kind: 'done',
      alreadyDone: false,
    });
    expect(await connected.attemptStep(addColumn, attempt(fence))).toEqual({
      kind: 'done',
      alreadyDone: true,
    });
    expect(await connected.journal(runId('run-1'))).toMatchObject([{ step: 'expand-1', state: 'done' }]);
  });

  it('changes nothing when one of its statements fails, and says which and where', async () => {
    const { database, connected, fence } = await ready();
    const broken = step(
      'expand-1',
      'transaction',
      `COMMENT ON TABLE t IS 'größer 🚢' -- two statements`,
      'ALTER TABLE t ADD COLUMN c int',
      'SELECT nonsense FROM t',
    );
    const error = await connected.attemptStep(broken, attempt(fence)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(FatalError);
    expect((error as Error).message).toBe(
      'statement 3 of 3: column "nonsense" does not exist (SQLSTATE 42703, at character 8)',
    );
    expect(
      await database.value(
        `SELECT count(*) FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'c'`,
      ),
    ).toBe('0');
    expect(await connected.journal(runId('run-1'))).toEqual([]);
  });

  it('names the failing statement where the server gives no position, without the values in DETAIL', async () => {
    const { database, connected, fence } = await ready();
    await database.query(`CREATE TABLE p (secret text); INSERT INTO p VALUES ('hunter2'), ('hunter2')`);
    const broken = step(
      'expand-1',
      'transaction',
      'CREATE TABLE q ()',
      'CREATE UNIQUE INDEX u ON p (secret)',
    );
    const error = await connected.attemptStep(broken, attempt(fence)).catch((thrown: unknown) => thrown);
    expect((error as Error).message).toMatch(/^statement 2 of 2: could not create unique index "u"/);
    expect(JSON.stringify([error, (error as Error).cause, (error as Error).message])).not.toContain(
      'hunter2',
    );
  });

  it('does not repeat the value a data exception quotes', async () => {
    const { database, connected, fence } = await ready();
    await database.query(`CREATE TABLE p (secret text); INSERT INTO p VALUES ('hunter2')`);
    const broken = step(
      'expand-1',
      'transaction',
      'ALTER TABLE p ALTER COLUMN secret TYPE int USING secret::int',
    );
    const error = await connected.attemptStep(broken, attempt(fence)).catch((thrown: unknown) => thrown);
    expect((error as Error).message).toContain('invalid input syntax for type integer: "…"');
  });

  it('changes nothing under a stale fence', async () => {
    const { database, connected, fence } = await ready();
    const later = await database.connect({ role: 'later' });
    expect(await enter(later, 'run-1', 9)).toBe(9);
    await expect(connected.attemptStep(addColumn, attempt(fence))).rejects.toBeInstanceOf(StaleFenceError);
    expect(
      await database.value(
        `SELECT count(*) FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'c'`,
      ),
    ).toBe('0');
  });

  it('waits for a lock no longer than its timeout, names who held it, and lets readers pass', async () => {
    const { database, connected, fence } = await ready();
    const holder = await database.client('the-report');
    await holder.query('BEGIN; SELECT * FROM t');
    const result = await connected.attemptStep(addColumn, attempt(fence));
    expect(result).toMatchObject({
      kind: 'locked',
      blockers: [{ application: 'the-report', state: 'idle in transaction', user: 'test' }],
    });
    // Behind a waiting ALTER TABLE every reader would queue: none is left waiting now.
    const reader = await database.client();
    await reader.query(`SET statement_timeout = '5s'`);
    expect((await reader.query('SELECT count(*)::int AS n FROM t')).rows).toEqual([{ n: 10 }]);
    await holder.query('COMMIT');
    expect(await connected.attemptStep(addColumn, attempt(fence))).toEqual({
      kind: 'done',
      alreadyDone: false,
    });
  });

  it.each([
    'SET lock_timeout = 0',
    'SET LOCAL lock_timeout = 0',
    'RESET lock_timeout',
    'RESET ALL',
    `SELECT set_config('lock_timeout', '1h', false), set_config('work_mem', '8MB', false)`,
    `DO $$ BEGIN PERFORM set_config('lock_timeout', '0', true); END $$`,
    `CREATE FUNCTION careless() RETURNS void LANGUAGE plpgsql AS $$ BEGIN SET LOCAL lock_timeout = 0; END $$;
     SELECT careless()`,
    'SAVEPOINT a; SET LOCAL lock_timeout = 0; RELEASE SAVEPOINT a',
    'DO $$ BEGIN SET LOCAL lock_timeout = 0; LOCK TABLE t; END $$',
  ])('never drops its lock timeout: %s', async (drop) => {
    const { database, connected, fence } = await ready();
    const holder = await database.client('the-report');
    await holder.query('BEGIN; SELECT * FROM t');
    const careless = step('expand-1', 'transaction', ...drop.split(';\n'), 'ALTER TABLE t ADD COLUMN c int');
    const impatient = attempt(fence, { lockTimeoutMs: 200, waitMs: 5_000 });
    expect(await connected.attemptStep(careless, impatient)).toMatchObject({
      kind: 'locked',
      blockers: [{ application: 'the-report' }],
    });
    await holder.query('COMMIT');
    expect(await connected.attemptStep(careless, impatient)).toMatchObject({ kind: 'done' });
    const looking = { ...careless, id: stepId('expand-2') };
    const look = `CREATE TABLE seen AS SELECT current_setting('lock_timeout') AS value`;
    const statements = [
      ...careless.statements.slice(0, -1).filter((text) => !text.startsWith('CREATE')),
      look,
    ];
    expect(await connected.attemptStep({ ...looking, statements }, impatient)).toMatchObject({
      kind: 'done',
    });
    expect(await database.value('SELECT value FROM seen')).toBe('200ms');
  });

  it('waits no longer when its client has gone meanwhile', async () => {
    const { database, connected, fence } = await ready();
    const holder = await database.client('the-report');
    await holder.query('BEGIN; SELECT * FROM t');
    const careless = step(
      'expand-1',
      'transaction',
      'DO $$ BEGIN SET LOCAL lock_timeout = 0; LOCK TABLE t; END $$',
    );
    const leaving = attempt(fence, { lockTimeoutMs: 200, waitMs: 300 });
    expect(await connected.attemptStep(careless, leaving)).toMatchObject({ kind: 'running' });
    const second = await database.connect({ role: 'second' });
    expect(await second.attemptStep(careless, { ...leaving, waitMs: 10_000 })).toMatchObject({
      kind: 'locked',
    });
  });

  it('is found again by its name, and journaled in our own, whatever its author sets', async () => {
    const { database, connected, fence } = await ready();
    await database.query(`DROP ROLE IF EXISTS painter; CREATE ROLE painter; CREATE SCHEMA evil AUTHORIZATION painter;
      CREATE TABLE gate (); GRANT ALL ON gate TO painter;
      CREATE FUNCTION evil.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS $$ SELECT 'infinity'::timestamptz $$`);
    const gate = await database.client();
    await gate.query('BEGIN; LOCK TABLE gate');
    const masked = step(
      'expand-1',
      'transaction',
      'SET SESSION AUTHORIZATION painter',
      'SET ROLE painter',
      'SET search_path = evil, pg_catalog',
      `SET application_name = 'psql'`,
      'LOCK TABLE public.gate',
      'CREATE TABLE made ()',
    );
    const patient = { lockTimeoutMs: 60_000, waitMs: 200 };
    expect(await connected.attemptStep(masked, attempt(fence, patient))).toMatchObject({ kind: 'running' });
    expect(await connected.attemptStep(masked, attempt(fence, patient))).toMatchObject({ kind: 'running' });
    await gate.query('COMMIT');
    expect(await connected.attemptStep(masked, attempt(fence))).toEqual({ kind: 'done', alreadyDone: true });
    expect(
      await database.value(
        `SELECT tableowner FROM pg_tables WHERE schemaname = 'evil' AND tablename = 'made'`,
      ),
    ).toBe('painter');
    expect(
      await database.value(`SELECT finished_at < 'infinity' FROM lockkeeper.step WHERE state = 'done'`),
    ).toBe('t');
  });

  it('never keeps a reader behind it for longer than the lock timeout', async () => {
    const { database, connected, fence } = await ready();
    const holder = await database.client();
    await holder.query('BEGIN; SELECT * FROM t');
    const reader = await database.client();
    // The reader gives up after less than the holder's time but more than the step's lock timeout.
    await reader.query(`SET lock_timeout = '5s'`);
    let over = false;
    const reading = (async () => {
      let reads = 0;
      while (!over) {
        await reader.query('SELECT count(*) FROM t');
        reads += 1;
      }
      return reads;
    })();
    const outcomes = [];
    for (let round = 0; round < 3; round++) {
      outcomes.push((await connected.attemptStep(addColumn, attempt(fence, { lockTimeoutMs: 100 }))).kind);
    }
    await holder.query('COMMIT');
    outcomes.push((await connected.attemptStep(addColumn, attempt(fence))).kind);
    over = true;
    expect(outcomes).toEqual(['locked', 'locked', 'locked', 'done']);
    expect(await reading).toBeGreaterThan(0);
  });

  it('goes on without its client, is reported as running, and ends once', async () => {
    const { database, connected, fence } = await ready();
    await database.query('CREATE TABLE gate (); CREATE SEQUENCE ran');
    const gate = await database.client();
    await gate.query('BEGIN; LOCK TABLE gate');
    const long = step(
      'expand-1',
      'transaction',
      `SELECT nextval('ran')`,
      'LOCK TABLE gate',
      'ALTER TABLE t ADD COLUMN c int',
    );
    const patient = { lockTimeoutMs: 60_000, waitMs: 200 };
    expect(await connected.attemptStep(long, attempt(fence, patient))).toMatchObject({ kind: 'running' });
    expect(await connected.attemptStep(long, attempt(fence, patient))).toMatchObject({ kind: 'running' });
    const another = await database.connect({ role: 'expand-1' });
    expect(await another.attemptStep(long, attempt(fence, patient))).toMatchObject({ kind: 'running' });
    await gate.query('COMMIT');
    expect(await another.attemptStep(long, attempt(fence))).toEqual({ kind: 'done', alreadyDone: true });
    expect(await database.value('SELECT last_value FROM ran')).toBe('1');
  });

  it('is not begun for ever when it always fails with nobody listening', async () => {
    const { database, connected, fence } = await ready();
    await database.query('CREATE TABLE gate ()');
    const failing = step('expand-1', 'transaction', 'LOCK TABLE gate', 'SELECT 1/0');
    for (let round = 0; round < 3; round++) {
      const gate = await database.client();
      await gate.query('BEGIN; LOCK TABLE gate');
      const patient = attempt(fence, { lockTimeoutMs: 60_000, waitMs: 100 });
      expect(await connected.attemptStep(failing, patient)).toMatchObject({ kind: 'running' });
      await gate.query('COMMIT');
      await gate.end();
      await until('the server ends it', async () => {
        const rows = await database.query(
          `SELECT FROM pg_stat_activity WHERE application_name = 'lockkeeper/run-1/expand-1'`,
        );
        return rows.length === 0;
      });
    }
    await expect(connected.attemptStep(failing, attempt(fence))).rejects.toMatchObject({
      class: 'fatal',
      code: 'failed-unattended',
    });
  });

  it('ends what a dead client left idle on the lock', async () => {
    const { database, connected, fence } = await ready();
    const dead = await database.client('lockkeeper/run-1/expand-1');
    await dead.query(`SELECT pg_advisory_lock(${0x4c4b5052}, 0)`);
    expect(await connected.attemptStep(addColumn, attempt(fence))).toEqual({
      kind: 'done',
      alreadyDone: false,
    });
  });

  it('keeps out while a session of another run holds the target', async () => {
    const { database, connected, fence } = await ready();
    const other = await database.client('lockkeeper/run-7/expand-1');
    await other.query(`SELECT pg_advisory_lock(${0x4c4b5052}, 0)`);
    const error = await connected.attemptStep(addColumn, attempt(fence)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RetryableError);
    expect(error).toMatchObject({
      code: 'target-busy',
      message: expect.stringContaining('lockkeeper/run-7/expand-1'),
    });
  });

  it('settles every lost reply from the journal', async () => {
    const database = await server.database();
    await database.query('CREATE TABLE t (id int PRIMARY KEY)');
    const effects = losingReplies(() => true);
    const connected = await database.connect({ effects });
    const entered = async () => {
      for (;;) {
        try {
          return await connected.enterRun({ runId: runId('run-1'), plan: plan(), lease: 1 });
        } catch (error) {
          if ((error as { class?: string }).class !== 'ambiguous') throw error;
        }
        const ledger = await connected.readLedger();
        if (ledger.openRun !== null) return { kind: 'entered', fence: ledger.openRun.fence };
      }
    };
    const { fence } = (await entered()) as { fence: number };
    expect(await connected.attemptStep(addColumn, attempt(fence))).toEqual({
      kind: 'done',
      alreadyDone: false,
    });
    expect(effects.lost).toContain('step expand-1');
    expect(
      await database.value(
        `SELECT count(*) FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'c'`,
      ),
    ).toBe('1');
  });

  it('of an undo is journaled like any other', async () => {
    const { connected, fence } = await ready();
    await connected.attemptStep(addColumn, attempt(fence));
    const back = undo('undo-1', ['expand-1'], 'transaction', 'ALTER TABLE t DROP COLUMN c');
    expect(await connected.attemptStep(back, attempt(fence))).toEqual({ kind: 'done', alreadyDone: false });
    expect((await connected.journal(runId('run-1'))).map((entry) => entry.step)).toEqual([
      'expand-1',
      'undo-1',
    ]);
  });
});
