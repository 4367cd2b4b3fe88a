import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AmbiguousError, StaleFenceError } from '../../../../src/core/errors.ts';
import { runId } from '../../../../src/core/ids.ts';
import {
  attempt,
  enter,
  losingReplies,
  plan,
  step,
  type TestDatabase,
  TestServer,
  until,
} from '../support.ts';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterEach(() => server.closeAll());
afterAll(() => server.stop());

const run1 = runId('run-1');
const run2 = runId('run-2');
const TARGET_LOCK = `${0x4c4b5052}, 0`;

describe('reading the ledger', () => {
  it('creates nothing where there is none', async () => {
    const database = await server.database();
    const connected = await database.connect();
    expect(await connected.readLedger()).toEqual({ installed: false, applied: [], openRun: null });
    expect(await connected.journal(run1)).toEqual([]);
    expect(await connected.partitions(run1)).toEqual([]);
    expect(await database.value(`SELECT to_regnamespace('lockkeeper')`)).toBeNull();
  });

  it('refuses one made by a newer program', async () => {
    const database = await server.database();
    const connected = await database.connect();
    await enter(connected);
    await database.query('UPDATE lockkeeper.fence SET format = 99');
    await expect(connected.readLedger()).rejects.toMatchObject({ class: 'fatal', code: 'ledger-too-new' });
    await expect(connected.enterRun({ runId: run2, plan: plan(), lease: 5 })).rejects.toMatchObject({
      code: 'ledger-too-new',
    });
  });

  it('gives the open run with its plan, and what is applied', async () => {
    const database = await server.database();
    const connected = await database.connect();
    const fence = await enter(connected, 'run-1', 4);
    expect((await connected.readLedger()).openRun).toMatchObject({
      runId: 'run-1',
      fence: 4,
      direction: 'up',
      plan: plan(),
    });
    await connected.concludeRun(run1, fence, 'SUCCEEDED');
    const { applied, openRun } = await connected.readLedger();
    expect(openRun).toBeNull();
    expect(applied).toMatchObject([
      { version: '042', checksum: 'sum-042', runId: 'run-1', repeatable: false },
    ]);
    expect(new Date(applied[0]?.appliedAt ?? '').toISOString()).toBe(applied[0]?.appliedAt);
  });
});

describe('entering a run', () => {
  it('takes a fence that is at least the lease and above every earlier one', async () => {
    const connected = await (await server.database()).connect();
    expect(await enter(connected, 'run-1', 7)).toBe(7);
    expect(await connected.enterRun({ runId: run1, plan: plan(), lease: 3 })).toEqual({
      kind: 'entered',
      fence: 8,
      resumed: true,
    });
  });

  it('is refused while another run is open, and for a run that has ended', async () => {
    const connected = await (await server.database()).connect();
    const fence = await enter(connected);
    expect(await connected.enterRun({ runId: run2, plan: plan(), lease: 2 })).toMatchObject({
      kind: 'occupied',
      by: 'run-1',
    });
    await connected.concludeRun(run1, fence, 'ROLLED_BACK');
    expect(await connected.enterRun({ runId: run1, plan: plan(), lease: 2 })).toEqual({
      kind: 'concluded',
      verdict: 'ROLLED_BACK',
    });
    expect(await connected.enterRun({ runId: run2, plan: plan(), lease: 2 })).toMatchObject({
      kind: 'entered',
      resumed: false,
    });
  });

  it('is refused while a session of another run holds the target, naming it', async () => {
    const database = await server.database();
    const holder = await database.client('lockkeeper/run-7/expand-1');
    await holder.query(`SELECT pg_advisory_lock(${TARGET_LOCK})`);
    const result = await (await database.connect()).enterRun({ runId: run1, plan: plan(), lease: 1 });
    expect(result).toMatchObject({ kind: 'locked' });
    expect((result as { holder: string }).holder).toMatch(
      /^session \d+ \(lockkeeper\/run-7\/expand-1, user test\)$/,
    );
    expect(await database.value(`SELECT to_regnamespace('lockkeeper')`)).toBeNull();
  });

  it('ends sessions the same run left behind, in the middle of their work', async () => {
    const database = await server.database();
    const dead = await database.client('lockkeeper/run-1/expand-1');
    await dead.query(`SELECT pg_advisory_lock(${TARGET_LOCK})`);
    const sleeping = dead.query('SELECT pg_sleep(60)').catch((error: { code: string }) => error.code);
    expect(await enter(await database.connect())).toBe(1);
    expect(await sleeping).toBe('57014');
  });

  it('again gives another fence, and the earlier one no longer counts', async () => {
    const database = await server.database();
    const [one, other] = await Promise.all([
      database.connect({ role: 'a' }),
      database.connect({ role: 'b' }),
    ]);
    const first = await enter(one);
    const second = await enter(other);
    expect(second).toBeGreaterThan(first);
    await expect(one.concludeRun(run1, first, 'ROLLED_BACK')).rejects.toBeInstanceOf(StaleFenceError);
    expect((await one.readLedger()).openRun).toMatchObject({ fence: second });
  });

  it('waits for the transaction of a batch under the old fence', async () => {
    const database = await server.database();
    const connected = await database.connect();
    const fence = await enter(connected);
    const batch = await database.client();
    await batch.query(`BEGIN; SELECT lockkeeper.assert_fence(${fence})`);
    let entered = false;
    const entering = enter(connected, 'run-1', 2).then((next) => {
      entered = true;
      return next;
    });
    await until('the new fence waits', async () => {
      const rows = await database.query(`SELECT FROM pg_stat_activity
        WHERE application_name = 'lockkeeper/run-1/enter' AND wait_event_type = 'Lock'`);
      return rows.length > 0;
    });
    expect(entered).toBe(false);
    await batch.query('COMMIT');
    expect(await entering).toBe(2);
    await expect(batch.query(`SELECT lockkeeper.assert_fence(${fence})`)).rejects.toMatchObject({
      code: 'LK001',
    });
  });
});

describe('concluding a run', () => {
  it('is the same done twice', async () => {
    const database = await server.database();
    const connected = await database.connect();
    const fence = await enter(connected);
    await connected.concludeRun(run1, fence, 'SUCCEEDED');
    const once = await snapshot(database);
    await connected.concludeRun(run1, fence, 'SUCCEEDED');
    expect(await snapshot(database)).toEqual(once);
  });

  it('of a way down takes the version away', async () => {
    const connected = await (await server.database()).connect();
    await connected.concludeRun(run1, await enter(connected), 'SUCCEEDED');
    const down = await enter(connected, 'run-2', 2, plan({ direction: 'down' }));
    await connected.concludeRun(run2, down, 'SUCCEEDED');
    expect((await connected.readLedger()).applied).toEqual([]);
  });

  it('of a repeatable migration replaces its earlier application', async () => {
    const connected = await (await server.database()).connect();
    await connected.concludeRun(
      run1,
      await enter(connected, 'run-1', 1, plan({ repeatable: true })),
      'SUCCEEDED',
    );
    await connected.concludeRun(
      run2,
      await enter(connected, 'run-2', 2, plan({ repeatable: true })),
      'SUCCEEDED',
    );
    expect((await connected.readLedger()).applied).toMatchObject([{ runId: 'run-2', repeatable: true }]);
  });

  it('rolled back after it had succeeded is applied no longer', async () => {
    const connected = await (await server.database()).connect();
    const fence = await enter(connected);
    await connected.concludeRun(run1, fence, 'SUCCEEDED');
    await connected.concludeRun(run1, fence, 'RESTORED');
    expect((await connected.readLedger()).applied).toEqual([]);
  });

  it('works in a database restored from before there was a ledger', async () => {
    const database = await server.database();
    const connected = await database.connect();
    await connected.concludeRun(run1, 12, 'RESTORED');
    expect(await database.query('SELECT run_id, verdict FROM lockkeeper.run')).toEqual([
      { run_id: 'run-1', verdict: 'RESTORED' },
    ]);
    expect(await enter(connected, 'run-2', 1)).toBe(13);
  });

  it('works in a database whose ledger went back in time', async () => {
    const database = await server.database();
    const connected = await database.connect();
    await enter(connected, 'run-1', 3);
    await connected.concludeRun(run1, 9, 'RESTORED');
    expect((await connected.readLedger()).openRun).toBeNull();
    expect(await database.value('SELECT fence FROM lockkeeper.fence')).toBe('9');
  });

  it('by hand keeps who said so and why, also in a ledger of before there was room for it', async () => {
    const byHand = { by: 'ann', reason: `it's done; see C:\\notes` };
    const said = [{ verdict: 'ROLLED_BACK', concluded_by: byHand.by, reason: byHand.reason }];
    for (const older of [
      'SELECT 1',
      'ALTER TABLE lockkeeper.run DROP COLUMN concluded_by, DROP COLUMN reason',
    ]) {
      const database = await server.database();
      const connected = await database.connect();
      const fence = await enter(connected);
      await database.query(older);
      await connected.concludeRun(run1, fence, 'ROLLED_BACK', { byHand });
      expect(await database.query('SELECT verdict, concluded_by, reason FROM lockkeeper.run')).toEqual(said);
    }
  });

  it('cannot claim success for a run the ledger does not know', async () => {
    const connected = await (await server.database()).connect();
    await expect(connected.concludeRun(run1, 12, 'SUCCEEDED')).rejects.toMatchObject({ code: 'run-unknown' });
  });
});

describe('the sessions at work for a run', () => {
  it('are those in which the server does something, without our own and those of other runs', async () => {
    const database = await server.database();
    await database.query('CREATE TABLE gate ()');
    const connected = await database.connect();
    const atWork = () => connected.sessionsAtWork(run1);
    const idle = await database.client('lockkeeper/run-1/expand-1');
    const other = await database.client('lockkeeper/run-10/expand-1');
    await other.query('BEGIN; LOCK TABLE gate');
    expect(await atWork()).toBe(0);
    const waiting = idle.query('LOCK TABLE gate; SELECT 1').catch((error: unknown) => error);
    await until('the session is at work', async () => (await atWork()) === 1);
    await other.query('COMMIT');
    await waiting;
    expect(await atWork()).toBe(0);
  });
});

describe('losing the reply to each ledger write in turn', () => {
  const story = async (database: TestDatabase, lostAt: number) => {
    const effects = losingReplies((_effect, nth) => nth === lostAt);
    const connected = await database.connect({ effects });
    const fence = await enter(connected);
    for (;;) {
      const outcome = await connected
        .attemptStep(step('expand-1', 'transaction', 'CREATE TABLE made (id int)'), attempt(fence))
        .catch((error: unknown) => error);
      if (!(outcome instanceof Error)) break;
      expect(outcome).not.toBeInstanceOf(AmbiguousError);
    }
    await connected.concludeRun(run1, fence, 'SUCCEEDED');
    return effects.lost;
  };

  it('ends in the same state', async () => {
    const untouched = await server.database();
    expect(await story(untouched, -1)).toEqual([]);
    const expected = await snapshot(untouched);
    const lost: string[] = [];
    for (let lostAt = 0; ; lostAt++) {
      const database = await server.database();
      const [effect] = await story(database, lostAt);
      if (effect === undefined) break;
      lost.push(effect);
      expect(await snapshot(database)).toEqual(expected);
    }
    expect(lost).toEqual(['install ledger', 'enter run', 'step expand-1', 'conclude run']);
  });
});

/** What the ledger says, without times and fences. */
const snapshot = (database: TestDatabase) =>
  database.query(`
    SELECT 'run', run_id, verdict FROM lockkeeper.run
    UNION ALL SELECT 'step', step, state FROM lockkeeper.step
    UNION ALL SELECT 'history', name, run_id FROM lockkeeper.history
    UNION ALL SELECT 'table', relname, null FROM pg_class WHERE relname = 'made'
    ORDER BY 1, 2`);
