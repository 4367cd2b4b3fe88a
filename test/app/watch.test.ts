import { beforeEach, describe, expect, it } from 'vitest';
import { leaseMs } from '../../src/app/lease.ts';
import type { Figures } from '../../src/app/ports/metrics.ts';
import type { PartitionProgress } from '../../src/app/ports/run-store.ts';
import { watch } from '../../src/app/watch.ts';
import { asPartitionId } from '../../src/core/ids.ts';
import type { Plan } from '../../src/core/plan/plan.ts';
import { arn, examplePlan, run1, start, World } from '../support/fake-app.ts';

const plan: Plan = await examplePlan();
let world: World;
beforeEach(() => {
  world = new World();
});

async function watched(): Promise<Figures> {
  await watch(world.app);
  return world.figures.findLast(({ target }) => target === 'shop')?.figures ?? {};
}

const later = (seconds: number): Promise<void> => world.clock.sleep(seconds * 1000);
const happened = (text: string): Promise<void> =>
  world.store.addEvent(run1, { at: new Date(world.clock.now()).toISOString(), kind: 'status', text });
const lease = () =>
  world.store.leases.set('shop', {
    target: 'shop',
    runId: run1,
    executionArn: arn,
    number: 1,
    expiresAt: world.clock.now() + leaseMs,
  });
const progress = (patch: Partial<PartitionProgress>): Promise<void> =>
  world.store.putPartition(run1, {
    partition: asPartitionId('b1-p0001'),
    done: false,
    rowsVisited: 0,
    rowsChanged: 0,
    batches: 0,
    batchRows: 10,
    rowsPerSecond: 0,
    pausedBecause: '',
    updatedAt: new Date(world.clock.now()).toISOString(),
    ...patch,
  });

describe('what is measured of a target', () => {
  it('is nothing to worry about where nothing is under way', async () => {
    world.given(plan, 'concluded');
    await later(100_000);
    expect(await watched()).toEqual({
      RunsUnderWay: 0,
      HeartbeatAgeSeconds: 0,
      LeaseOverdueSeconds: 0,
      StalledSeconds: 0,
      RunSeconds: 0,
      ApprovalWaitSeconds: 0,
      FailedInstanceDays: 0,
    });
  });

  it('is the age of the last sign of life, and by how much the lease is overdue', async () => {
    world.given(plan, 'expanding');
    lease();
    await later(600);
    expect(await watched()).toMatchObject({ HeartbeatAgeSeconds: 600, LeaseOverdueSeconds: 0 });
    await later(1_000);
    expect(await watched()).toMatchObject({ HeartbeatAgeSeconds: 1_600, LeaseOverdueSeconds: 400 });
  });

  it.each(['leased', 'awaiting-contract', 'restoring'] as const)(
    'is no heartbeat of a run that is %s: no function is at work',
    async (status) => {
      world.given(plan, status);
      lease();
      await later(5_000);
      expect(await watched()).toMatchObject({ HeartbeatAgeSeconds: 0, LeaseOverdueSeconds: 0 });
    },
  );

  it('is how long somebody has been asked', async () => {
    world.given(plan, 'awaiting-approval');
    await later(50);
    await happened('planned → awaiting-approval');
    await later(70);
    expect(await watched()).toMatchObject({ ApprovalWaitSeconds: 70 });
  });

  it('is how long a run has taken, without the time it waited at gates', async () => {
    world.given(plan, 'contracting');
    await later(100);
    await happened('validating → awaiting-contract');
    await later(10_000);
    await happened('awaiting-contract → contracting');
    await later(20);
    expect(await watched()).toMatchObject({ RunSeconds: 120 });
  });

  it('is how far a backfill has come, and since when no row has', async () => {
    world.given(plan, 'backfilling');
    await progress({ rowsVisited: 25_000 });
    await later(300);
    expect(await watched()).toMatchObject({ ProgressPercent: 25, StalledSeconds: 300 });
    await world.app.store.updateRun(run1, { pauseRequested: true });
    expect(await watched()).toMatchObject({ StalledSeconds: 0 });
  });

  it('is a stall where every worker only pauses', async () => {
    world.given(plan, 'backfilling');
    await later(300);
    await progress({ pausedBecause: 'replicas lag' });
    expect(await watched()).toMatchObject({ StalledSeconds: 300 });
  });

  it('is the age of the failed instance until somebody removes it', async () => {
    const swapStartedAt = new Date(start).toISOString();
    const restore = {
      instanceId: 'i',
      failedId: 'failed',
      snapshotId: 's',
      stage: 'swapped',
      swapStartedAt,
    } as const;
    world.given(plan, 'concluded', { restore });
    world.instances.set('failed', {});
    await later(3 * 86_400);
    expect(await watched()).toMatchObject({ FailedInstanceDays: 3 });
    world.instances.clear();
    expect(await watched()).toMatchObject({ FailedInstanceDays: 0 });
  });
});

describe('the share of snapshots in use', () => {
  const quota = () => world.figures.filter(({ target }) => target === null);

  it('is published for the account', async () => {
    world.quotas = { ManualSnapshots: { used: 45, max: 50 } };
    await watch(world.app);
    expect(quota()).toEqual([{ target: null, figures: { SnapshotQuotaPercent: 90 } }]);
  });

  it('is left out where RDS does not say, or says no', async () => {
    await watch(world.app);
    world.app.rds.quotas = async () => Promise.reject(new Error('denied'));
    await watch(world.app);
    expect(quota()).toEqual([]);
    expect(world.figures).toHaveLength(2);
  });
});

it('a target whose runs cannot be read does not keep the others from being measured', async () => {
  world.app.store.listRuns = async () => Promise.reject(new Error('away'));
  world.quotas = { ManualSnapshots: { used: 1, max: 4 } };
  await watch(world.app);
  expect(world.figures).toEqual([{ target: null, figures: { SnapshotQuotaPercent: 25 } }]);
});
