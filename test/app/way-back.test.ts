import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { conclude } from '../../src/app/conclude.ts';
import { recordFailure } from '../../src/app/record-failure.ts';
import { undo } from '../../src/app/undo.ts';
import { FatalError, RetryableError } from '../../src/core/errors.ts';
import { asPartitionId } from '../../src/core/ids.ts';
import type { Status } from '../../src/core/lifecycle.ts';
import type { Plan } from '../../src/core/plan/plan.ts';
import { examplePlan, run1, World } from '../support/fake-app.ts';

let plan: Plan;
let world: World;
beforeAll(async () => {
  plan = await examplePlan();
});
beforeEach(() => {
  world = new World();
});

const failure = { class: 'fatal', code: 'first', message: 'the first cause' } as const;

describe('recording why a run goes back', () => {
  const record = (caught: { Error?: string; Cause?: string }) => recordFailure(world.app, run1, caught);
  const partitionFailed = () =>
    world.store.putPartition(run1, {
      partition: asPartitionId('b1-p0001'),
      done: false,
      rowsVisited: 0,
      rowsChanged: 0,
      batches: 0,
      batchRows: 0,
      rowsPerSecond: 0,
      pausedBecause: '',
      updatedAt: '',
      failure: { class: 'fatal', code: 'division-by-zero', message: 'b1-p0001: division by zero' },
    });

  it.each<[string, { Error?: string; Cause?: string }, string, string]>([
    [
      'a Lambda’s error by its message',
      { Error: 'FatalError', Cause: '{"errorType":"FatalError","errorMessage":"no such table","trace":[]}' },
      'FatalError',
      'no such table',
    ],
    ['a cause that is no JSON', { Error: 'Lambda.Unknown', Cause: 'it died' }, 'Lambda.Unknown', 'it died'],
    ['JSON that says nothing', { Error: 'E', Cause: '{"a":1}' }, 'E', '{"a":1}'],
    ['a cause that is null', { Error: 'E', Cause: 'null' }, 'E', 'null'],
    ['no cause', { Error: 'E' }, 'E', 'E'],
    [
      'a rejection',
      { Error: 'Lockkeeper.Rejected', Cause: 'rejected by ann' },
      'rejected',
      'rejected by ann',
    ],
    ['an abort', { Error: 'Lockkeeper.Aborted', Cause: 'x' }, 'aborted', 'the operator aborted the run'],
    ['a timeout', { Error: 'States.Timeout' }, 'timeout', 'a task or a gate did not answer in time'],
    ['nothing at all', {}, 'unexpected', 'the run was asked to go back'],
  ])('keeps %s', async (_name, caught, code, message) => {
    world.given(plan, 'expanding');
    await record(caught);
    expect(world.run().failure).toMatchObject({ code, message });
  });

  const mapError = { Error: 'States.ExceedToleratedFailureThreshold', Cause: 'threshold exceeded' };

  it('names the partition’s own failure, not the Map’s, nor the abort that came after', async () => {
    world.given(plan, 'backfilling', { abortRequested: true });
    await partitionFailed();
    await record(mapError);
    expect(world.run().failure?.code).toBe('division-by-zero');
  });

  it('names the abort that ended the workers', async () => {
    world.given(plan, 'backfilling', { abortRequested: true });
    await record(mapError);
    expect(world.run().failure?.code).toBe('aborted');
  });

  it('names this attempt’s cause, not that of an earlier one', async () => {
    world.given(plan, 'expanding', { failure });
    await record({ Error: 'FatalError', Cause: '{"errorMessage":"second"}' });
    expect(world.run().failure?.message).toBe('second');
  });

  it('adds nothing to a run that has ended', async () => {
    world.given(plan, 'concluded', { verdict: 'SUCCEEDED' });
    await record({ Error: 'FatalError' });
    expect(world.run().failure).toBeUndefined();
  });
});

describe('taking the steps back', () => {
  const goDown = (ms?: number) => undo(world.app, run1, 8, world.budget(ms));
  beforeEach(() => {
    world.given(plan, 'rolling-back', { failure, fence: 8 });
    world.entered(plan);
  });

  it('runs what undoes a journaled step, Lockkeeper’s own first, and compares the schema', async () => {
    world.database.done('expand-1', 'expand-2', 'expand-3');
    expect(await goDown()).toEqual({ kind: 'done' });
    expect(world.database.log).toEqual(['undo-2 done', 'undo-1 done']);
    expect(world.run()).toMatchObject({ undoOutcome: 'done', fingerprintAfter: 'before', failure });
  });

  it('passes over what had not been done, and what is undone already', async () => {
    world.database.done('expand-1', 'expand-3', 'undo-2');
    expect(await goDown()).toEqual({ kind: 'done' });
    expect(world.database.log).toEqual(['undo-1 done']);

    world.database.journal = [];
    world.database.log.length = 0;
    await goDown();
    expect(world.database.log).toEqual([]);
  });

  it('says so when the schema is not what it was; the verdict goes on naming the first cause', async () => {
    world.database.done('expand-1');
    world.database.schema = 'something left';
    expect(await goDown()).toMatchObject({ kind: 'blocked', failure: { code: 'schema-differs' } });
    expect(world.run()).toMatchObject({
      undoOutcome: 'left-differences',
      failure,
      because: 'the down script ran, but the schema is not what it was before the run',
    });
  });

  it('stops at a statement that fails, and the verdict goes on naming the first cause', async () => {
    world.database.done('expand-1', 'expand-3');
    world.database.attempt = (step) => {
      if (step.id === 'undo-1') throw new FatalError('no such column', { code: 'undefined-column' });
      return { kind: 'done', alreadyDone: false };
    };
    expect(await goDown()).toMatchObject({ kind: 'blocked', failure: { code: 'undefined-column' } });
    expect(world.run()).toMatchObject({
      undoOutcome: 'failed',
      failure,
      because: 'undo-1 (U1__seen.sql:1) failed: no such column',
    });
  });

  it('lets a passing fault out to be tried again', async () => {
    world.database.done('expand-1');
    world.database.attempt = () => {
      throw new RetryableError('gone', { code: 'connection-lost' });
    };
    await expect(goDown()).rejects.toMatchObject({ code: 'connection-lost' });
    expect(world.run().undoOutcome).toBeUndefined();
  });

  it('does not count the wait of the step that failed for its lock as its own', async () => {
    world.store.runs.set(run1, { ...world.run(), at: 'expand-2', lockWaitSince: '2025-12-31T00:00:00.000Z' });
    world.database.done('expand-1');
    let attempts = 0;
    world.database.attempt = () =>
      ++attempts < 3 ? { kind: 'locked', blockers: [] } : { kind: 'done', alreadyDone: false };
    expect(await goDown()).toEqual({ kind: 'done' });
    expect(world.run().lockWaitSince).toBe('');
  });
});

describe('the conclusion', () => {
  const end = (verdict: Parameters<typeof conclude>[2], caught?: Parameters<typeof conclude>[4]) =>
    conclude(world.app, run1, verdict, world.budget(), caught);

  it('is written to the ledger, the store and the people, and gives the lease back', async () => {
    world.given(plan, 'contracting', { fence: 7 });
    world.entered(plan);
    world.database.schema = 'after';
    world.store.leases.set('shop', {
      target: 'shop',
      runId: run1,
      executionArn: '',
      number: 1,
      expiresAt: 0,
    });
    expect(await end('SUCCEEDED')).toMatchObject({
      verdict: 'SUCCEEDED',
      because: 'every step and check is done',
    });
    expect(world.database.log).toEqual(['concluded SUCCEEDED under fence 7']);
    expect(world.run()).toMatchObject({
      status: 'concluded',
      verdict: 'SUCCEEDED',
      fingerprintAfter: 'after',
    });
    expect(world.told).toHaveLength(1);
    expect(world.store.leases.size).toBe(0);
  });

  it('may be written twice, and is told once', async () => {
    world.given(plan, 'rolling-back', { fence: 7, failure });
    const first = await end('ROLLED_BACK');
    expect(await end('ROLLED_BACK')).toEqual(first);
    expect([world.told.length, world.said('verdict')]).toEqual([1, ['ROLLED_BACK: the first cause']]);
  });

  it('goes on from the ledger, when it was interrupted there', async () => {
    world.given(plan, 'rolling-back', { fence: 7 });
    await world.app.store.updateRun(run1, {});
    world.database.concluded = { runId: run1, verdict: 'ROLLED_BACK' };
    await end('ROLLED_BACK');
    expect(world.run().verdict).toBe('ROLLED_BACK');
  });

  it('of a run that never entered does not touch the database', async () => {
    world.given(plan, 'leased', { failure });
    await end('REJECTED');
    expect([world.database.connections, world.run().verdict]).toEqual([0, 'REJECTED']);
  });

  it('of one that entered and changed nothing closes its ledger entry', async () => {
    world.given(plan, 'rolling-back', { fence: 7 });
    await end('REJECTED');
    expect(world.database.log).toEqual(['concluded REJECTED under fence 7']);
  });

  it.each<Status>(['expanding', 'paused', 'awaiting-contract', 'restoring', 'snapshotted', 'planned'])(
    'that a person has to look can be written from %s, and leaves the ledger open',
    async (status) => {
      world.given(plan, status, { fence: 7, failure, because: 'there is no restore point' });
      const result = await end('NEEDS_ATTENTION', {
        Error: 'FatalError',
        Cause: '{"errorMessage":"no login"}',
      });
      expect(world.run()).toMatchObject({ status: 'concluded', verdict: 'NEEDS_ATTENTION' });
      expect(result).toMatchObject({ because: 'the first cause; there is no restore point; no login' });
      expect(world.database.connections).toBe(0);
    },
  );

  it('names one cause once', async () => {
    world.given(plan, 'rolling-back', { failure, because: failure.message });
    expect(await end('NEEDS_ATTENTION', { Error: 'none', Cause: 'none' })).toMatchObject({
      because: 'the first cause',
    });
  });
});
