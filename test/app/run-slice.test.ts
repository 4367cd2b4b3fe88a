import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PartitionState, Pressure } from '../../src/app/ports/engine.ts';
import { runSlice } from '../../src/app/run-slice.ts';
import { AmbiguousError, FatalError, RetryableError, StaleFenceError } from '../../src/core/errors.ts';
import { asPartitionId, runId } from '../../src/core/ids.ts';
import type { Plan } from '../../src/core/plan/plan.ts';
import { arn, examplePlan, run1, start, World } from '../support/fake-app.ts';
import { emptyPartition } from '../support/fake-database.ts';

const partition = asPartitionId('b1-p0001');
const calm: Pressure = { replicationLagSeconds: 0, waitingForUs: 0, oldestTransactionSeconds: 0 };
let plan: Plan;
let world: World;
beforeAll(async () => {
  plan = await examplePlan({ backfill: ', pace: 1, batch: { rows: 100 }' });
});
beforeEach(() => {
  world = new World();
  world.given(plan, 'backfilling', { fence: 7 });
  world.store.leases.set('shop', {
    target: 'shop',
    runId: run1,
    executionArn: arn,
    number: 1,
    expiresAt: start,
  });
  world.database.partitions = [emptyPartition(partition)];
});

const slice = (ms?: number, id = partition) => runSlice(world.app, run1, 7, id, world.budget(ms));
const progress = () => world.store.partitions.get(`${run1} ${partition}`);
const passed = () => world.clock.now() - start;

/** Batches that each take so long and find no end before `total` rows. */
function batches(takesMs: number, total = Number.POSITIVE_INFINITY) {
  world.database.batch = async (rows, _timeoutMs, state: PartitionState) => {
    await world.clock.sleep(takesMs);
    const left = total - state.rowsVisited;
    return { done: left <= rows, rowsVisited: Math.min(rows, left) };
  };
}
const refusal = (code: string) => new RetryableError(code, { code });

describe('a slice of a backfill', () => {
  it('works batch by batch until the partition is done', async () => {
    batches(250, 250);
    expect(await slice()).toEqual({ kind: 'done', rowsVisited: 250 });
    expect(world.database.log).toEqual(['batch of 100', 'batch of 100', 'batch of 100']);
    expect(progress()).toMatchObject({ done: true, rowsVisited: 250, batches: 3, pausedBecause: '' });
    expect(world.database.open).toBe(0);
  });

  it('has nothing to do in one that is done', async () => {
    world.database.partitions = [emptyPartition(partition, { done: true, rowsVisited: 9 })];
    expect(await slice()).toEqual({ kind: 'done', rowsVisited: 9 });
    expect([world.database.log, progress()?.done]).toEqual([[], true]);
  });

  it('asks to be called again before its time is up', async () => {
    batches(250);
    expect(await slice(20_000)).toEqual({ kind: 'continue' });
    expect(passed()).toBeLessThanOrEqual(20_000);
    expect(progress()?.done).toBe(false);
  });

  it('makes batches smaller that are refused, and goes on with the same rows', async () => {
    const asked: number[] = [];
    const refused = ['lock-timeout', 'deadlock', 'statement-timeout'];
    world.database.batch = async (rows) => {
      asked.push(rows);
      const code = refused.shift();
      if (code !== undefined) throw refusal(code);
      return { done: true };
    };
    expect((await slice()).kind).toBe('done');
    expect(asked).toEqual([100, 50, 25, 12]);
  });

  describe('the size a slice begins with', () => {
    const found = (id: string, batchRows: number) =>
      world.app.store.putPartition(run1, {
        partition: asPartitionId(id),
        done: true,
        rowsVisited: 0,
        rowsChanged: 0,
        batches: 0,
        batchRows,
        rowsPerSecond: 0,
        pausedBecause: '',
        updatedAt: '2026-01-01T00:00:01.000Z',
      });

    it.each<[string, Readonly<Record<string, number>>, number]>([
      ['is the one it found good before', { 'b1-p0002': 400, 'b1-p0001': 900 }, 400],
      ['is the one of the keys before, where it has none', { 'b1-p0001': 900, 'b1-p0003': 7 }, 900],
      ['is not one that says nothing', { 'b1-p0002': 0, 'b1-p0001': 0 }, 100],
      ['is not that of another backfill', { 'b2-p0001': 7 }, 100],
    ])('%s', async (_, sizes, expected) => {
      for (const [id, rows] of Object.entries(sizes)) await found(id, rows);
      batches(250, 250);
      const second = asPartitionId('b1-p0002');
      world.database.partitions = [emptyPartition(second)];
      await slice(60_000, second);
      expect(world.database.log[0]).toBe(`batch of ${expected}`);
    });
  });

  it('gives its place up after many refusals in a row', async () => {
    let tries = 0;
    world.database.batch = async () => {
      tries += 1;
      throw refusal('lock-timeout');
    };
    expect(await slice()).toEqual({ kind: 'wait', seconds: 15 });
    expect(tries).toBe(12);
  });

  it('keeps the pace that was asked for, and never sleeps beyond its invocation', async () => {
    world.given(await examplePlan({ backfill: ', pace: 0.01, batch: { rows: 100 }' }), 'backfilling', {
      fence: 7,
    });
    batches(1_000, 300);
    expect(await slice(30_000)).toEqual({ kind: 'continue' });
    expect(world.database.log).toEqual(['batch of 100']);
    expect(passed()).toBeLessThanOrEqual(30_000);
  });

  it('gives a batch no more time than is left', async () => {
    const allowed: number[] = [];
    world.database.batch = async (_rows, timeoutMs) => {
      allowed.push(timeoutMs);
      await world.clock.sleep(2_000);
      return {};
    };
    await slice(6_000);
    expect(allowed).toEqual([5_000, 4_000, 2_000]);
  });
});

describe('what is kept of a partition', () => {
  it('is how its rows and batches went on, through every worker it had', async () => {
    batches(250);
    await slice(20_000);
    const before = progress()?.history?.samples ?? [];
    expect(before[0]).toEqual({ atMs: start, rows: 0, batchRows: 0 });
    expect(before.at(-1)?.rows).toBe(progress()?.rowsVisited);
    expect(before.at(-1)?.batchRows).toBeGreaterThan(0);
    world.database.partitions = [
      emptyPartition(partition, { rowsVisited: progress()?.rowsVisited ?? 0, batches: 3 }),
    ];
    batches(250, (progress()?.rowsVisited ?? 0) + 100);
    expect((await slice()).kind).toBe('done');
    const after = progress()?.history?.samples ?? [];
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after.at(-1)?.rows).toBe(progress()?.rowsVisited);
  });

  it('is what it stood still for, and how long', async () => {
    const readings: Pressure[] = [12, 7, 6].map((replicationLagSeconds) => ({
      ...calm,
      replicationLagSeconds,
    }));
    world.database.pressure = () => readings.shift() ?? calm;
    batches(10, 100);
    await slice();
    expect(progress()?.history?.pauses).toEqual([
      { because: 'replication lag is 12 s, going on at 5 s', times: 3, seconds: 3 },
    ]);
  });
});

describe('a server under pressure', () => {
  it('stops the work until it has recovered, and the reason is seen', async () => {
    const readings: Pressure[] = [
      { ...calm, replicationLagSeconds: 12 },
      { ...calm, replicationLagSeconds: 7 },
      calm,
    ];
    const seen: (string | undefined)[] = [];
    world.database.pressure = () => {
      seen.push(progress()?.pausedBecause);
      return readings.shift() ?? calm;
    };
    batches(10, 100);
    expect((await slice()).kind).toBe('done');
    expect(seen.slice(1)).toEqual([
      'replication lag is 12 s, going on at 5 s',
      'replication lag is 7 s, going on at 5 s',
    ]);
    expect(passed()).toBe(2_010);
  });

  it('that cannot be read makes the work slower, not stop', async () => {
    world.database.pressure = () => ({ ...calm, waitingForUs: null });
    batches(250, 300);
    expect((await slice()).kind).toBe('done');
    expect(passed()).toBe(3 * (300 + 250));
  });
});

describe('the operator', () => {
  it.each([
    ['pauses', { pauseRequested: true }, { kind: 'paused' }],
    ['aborts', { abortRequested: true }, { kind: 'blocked', failure: { code: 'aborted' } }],
  ] as const)('%s between two batches', async (_name, patch, expected) => {
    batches(1_000);
    const work = world.database.batch;
    world.database.batch = async (...args) => {
      await world.store.updateRun(run1, patch);
      return work(...args);
    };
    expect(await slice()).toMatchObject(expected);
    expect(world.database.log).toEqual(['batch of 100']);
    expect(progress()?.failure).toBeUndefined();
  });

  it('is told that the run goes on after a pause, by the first worker that does', async () => {
    world.given(plan, 'paused', { fence: 7, pauseRequested: true });
    expect(await slice()).toEqual({ kind: 'paused' });
    expect([world.run().status, progress()?.pausedBecause]).toEqual(['paused', 'paused by the operator']);
    world.given(plan, 'paused', { fence: 7, pauseRequested: false });
    expect((await slice()).kind).toBe('done');
    expect(world.run().status).toBe('backfilling');
  });
});

describe('what goes wrong', () => {
  it.each([
    [
      'a statement that cannot work',
      new FatalError('division by zero', { code: 'division-by-zero' }),
      'division-by-zero',
    ],
    ['another run that has taken over', new StaleFenceError(7), 'stale-fence'],
    ['a fault of our own', new TypeError('x is undefined'), 'unexpected'],
  ])('for good is written down under the partition: %s', async (_name, error, code) => {
    world.database.batch = async (_rows, _timeoutMs, state) => {
      if (state.batches === 1) throw error;
      return {};
    };
    expect(await slice()).toMatchObject({ kind: 'blocked', failure: { code } });
    expect(progress()).toMatchObject({
      done: false,
      rowsVisited: 100,
      failure: { code, message: `${partition}: ${error.message}` },
    });
    expect(world.database.open).toBe(0);
  });

  it.each([
    ['may pass', new RetryableError('gone', { code: 'connection-lost' })],
    ['nobody can tell', new AmbiguousError('lost reply', { code: 'ambiguous' })],
  ])('where it %s is the state machine’s to repeat', async (_name, error) => {
    world.database.batch = () => Promise.reject(error);
    await expect(slice()).rejects.toBe(error);
    expect(progress()?.failure).toBeUndefined();
  });

  it('is the lease being lost, before or between the batches', async () => {
    batches(1_000);
    const work = world.database.batch;
    world.database.batch = async (...args) => {
      world.store.leases.set('shop', {
        target: 'shop',
        runId: runId('2-other'),
        executionArn: '',
        number: 2,
        expiresAt: 0,
      });
      return work(...args);
    };
    expect(await slice()).toMatchObject({ kind: 'blocked', failure: { code: 'lease-lost' } });
    expect(progress()).toMatchObject({ rowsVisited: 100, failure: { code: 'lease-lost' } });
    const before = world.database.connections;
    expect(await slice()).toMatchObject({ kind: 'blocked' });
    expect(world.database.connections).toBe(before);
  });

  it('is forgotten when the partition is worked on again', async () => {
    world.database.batch = () => Promise.reject(new FatalError('no', { code: 'no' }));
    await slice();
    batches(10, 100);
    await slice();
    expect(progress()).toMatchObject({ done: true });
    expect(progress()?.failure).toBeUndefined();
  });

  it('is a partition of no backfill', async () => {
    const strange = runSlice(world.app, run1, 7, asPartitionId('b9-p0001'), world.budget());
    await expect(strange).rejects.toMatchObject({ code: 'no-backfill' });
  });
});
