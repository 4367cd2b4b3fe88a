import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decide } from '../../src/app/decide.ts';
import type { RunPatch } from '../../src/app/ports/run-store.ts';
import { runId } from '../../src/core/ids.ts';
import type { Status } from '../../src/core/lifecycle.ts';
import type { Plan } from '../../src/core/plan/plan.ts';
import { arn, examplePlan, run1, shop, start, World } from '../support/fake-app.ts';
import { emptyPartition } from '../support/fake-database.ts';

let plan: Plan;
let world: World;
beforeAll(async () => {
  plan = await examplePlan();
});
beforeEach(() => {
  world = new World();
});

const go = () => decide(world.app, run1, arn, world.budget());
const outcome = async () => {
  const result = await go();
  return result.kind === 'done' ? result.go : result.kind;
};

/** A run that has entered the ledger and failed. */
function failed(status: Status, journal: readonly string[], patch: RunPatch = {}): void {
  world.given(plan, status, { fence: 7, ...patch });
  world.entered(plan);
  world.database.done(...journal);
}
const snapshot = { snapshotId: 's1', requestedAt: '', recoveryTime: '2026-01-01T00:00:00.000Z' };

describe('before the run has entered the database', () => {
  it.each<Status>(['planned', 'awaiting-approval', 'leased'])(
    '%s: nothing was changed, and nobody has to look',
    async (status) => {
      world.given(plan, status);
      expect(await go()).toMatchObject({ kind: 'done', go: 'none', fence: 0 });
      expect([world.database.connections, world.store.leases.size, world.run().status]).toEqual([
        0,
        0,
        status,
      ]);
    },
  );

  it('the target being another run’s is no reason for attention', async () => {
    world.given(plan, 'planned');
    const lease = {
      target: 'shop',
      runId: runId('2-other'),
      executionArn: 'arn:other',
      number: 1,
      expiresAt: start * 2,
    };
    world.store.leases.set('shop', lease);
    expect(await outcome()).toBe('none');
    expect(world.store.leases.get('shop')).toEqual(lease);
  });

  it('the ledger is asked where the run may have entered without the store hearing of it', async () => {
    world.given(plan, 'checked');
    expect(await outcome()).toBe('none');
    expect(world.database.log).toEqual([]);

    world.given(plan, 'checked');
    world.entered(plan);
    expect(await outcome()).toBe('none');
    expect(world.database.log).toEqual(['entered under fence 8']);
    expect(world.run().fence).toBe(8);
  });
});

describe('after it has', () => {
  it('takes a new fence, ends the sessions left over, and says why it goes which way', async () => {
    failed('backfilling', ['expand-1']);
    world.database.leftSessions = 2;
    expect(await go()).toEqual({
      kind: 'done',
      go: 'down',
      because: 'every journaled step can be undone and later writes are kept',
      fence: 8,
    });
    expect(world.run()).toMatchObject({ status: 'rolling-back', fence: 8 });
    expect(world.said('note')).toEqual([
      'ended 2 sessions of this run on the server',
      'way back: down, because every journaled step can be undone and later writes are kept',
    ]);
  });

  it.each<[string, Status, string[], RunPatch, string]>([
    ['nothing journaled', 'snapshotted', [], {}, 'none'],
    ['an expand step', 'expanding', ['expand-1'], {}, 'down'],
    ['while it was paused', 'paused', ['expand-1'], {}, 'down'],
    ['a contract step that destroys nothing', 'contracting', ['expand-1', 'contract-1'], {}, 'down'],
    [
      'destroyed data, and a restore point',
      'contracting',
      ['contract-2'],
      { restorePoint: snapshot },
      'ask-restore',
    ],
    ['destroyed data, and none', 'contracting', ['contract-2'], {}, 'attention'],
    [
      'down failed',
      'rolling-back',
      ['expand-1'],
      { undoOutcome: 'failed', restorePoint: snapshot },
      'ask-restore',
    ],
    ['down left differences', 'rolling-back', ['expand-1'], { undoOutcome: 'left-differences' }, 'attention'],
    [
      'a person agreed',
      'awaiting-restore',
      ['contract-2'],
      { restorePoint: snapshot, answers: { restore: { answer: 'approved', by: 'ann', at: '' } } },
      'restore',
    ],
    [
      'a person declined',
      'awaiting-restore',
      ['contract-2'],
      { restorePoint: snapshot, answers: { restore: { answer: 'rejected', by: 'ann', at: '' } } },
      'attention',
    ],
    [
      'a restore has begun',
      'restoring',
      ['contract-2'],
      { restore: { instanceId: 'r', failedId: 'f', snapshotId: 's', stage: 'settling' } },
      'restore',
    ],
    [
      'a restore has failed',
      'restoring',
      ['contract-2'],
      {
        restorePoint: snapshot,
        restore: { instanceId: 'r', failedId: 'f', snapshotId: 's', stage: 'failed' },
      },
      'attention',
    ],
  ])('%s (%s)', async (_name, status, journal, patch, expected) => {
    failed(status, journal, patch);
    expect(await outcome()).toBe(expected);
  });

  it('batches into the run’s own column go down with it', async () => {
    failed('backfilling', []);
    world.database.partitions = [emptyPartition('b1-p0001', { rowsChanged: 3 })];
    expect(await outcome()).toBe('down');
  });

  it('restores by itself where the target says so', async () => {
    world.target = { ...shop, restore: 'automatic' };
    failed('contracting', ['contract-2'], { restorePoint: snapshot });
    expect(await outcome()).toBe('restore');
  });

  it('may be asked again', async () => {
    failed('expanding', ['expand-1']);
    expect([await outcome(), await outcome()]).toEqual(['down', 'down']);
  });

  it('tries the way down again when a person asks after the end', async () => {
    failed('concluded', ['expand-1'], { verdict: 'NEEDS_ATTENTION', undoOutcome: 'failed' });
    expect(await outcome()).toBe('down');
    expect(await outcome()).toBe('down');
  });

  it.each([
    ['failed', 'creating'],
    ['swapping', 'swapping'],
  ] as const)('takes up a restore that %s when a person asks after the end', async (stage, then) => {
    failed('concluded', ['contract-2'], {
      verdict: 'NEEDS_ATTENTION',
      restorePoint: snapshot,
      restore: { instanceId: 'r', failedId: 'f', snapshotId: 's', stage },
    });
    expect(await outcome()).toBe('restore');
    expect(world.run()).toMatchObject({ status: 'restoring', restore: { stage: then } });
    expect(await outcome()).toBe('restore');
  });

  it('leaves a run alone that has ended', async () => {
    failed('concluded', ['expand-1'], { verdict: 'SUCCEEDED' });
    await expect(go()).rejects.toMatchObject({ code: 'already-concluded' });
    expect(world.run().status).toBe('concluded');
  });

  it('waits while its own earlier execution still runs', async () => {
    failed('expanding', ['expand-1']);
    world.running.add('arn:earlier');
    world.store.leases.set('shop', {
      target: 'shop',
      runId: run1,
      executionArn: 'arn:earlier',
      number: 1,
      expiresAt: 0,
    });
    expect(await outcome()).toBe('wait');
  });

  it('comes back later when another session holds the database', async () => {
    failed('expanding', ['expand-1']);
    world.database.entering = { kind: 'locked', holder: 'psql' };
    await expect(go()).rejects.toMatchObject({ name: 'RetryableError', code: 'target-locked' });
    expect(world.database.open).toBe(0);
  });
});
