import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { acquireLease, leaseMs, releaseLease, renewLease } from '../../src/app/lease.ts';
import type { Lease } from '../../src/app/ports/run-store.ts';
import { runId } from '../../src/core/ids.ts';
import type { Status } from '../../src/core/lifecycle.ts';
import type { Plan } from '../../src/core/plan/plan.ts';
import { arn, examplePlan, run1, start, World } from '../support/fake-app.ts';

const other = 'arn:execution:other';
let plan: Plan;
let world: World;
beforeAll(async () => {
  plan = await examplePlan();
});
beforeEach(() => {
  world = new World();
  world.given(plan);
});

const held = (details: Partial<Lease>): Lease => {
  const lease = {
    target: 'shop',
    runId: runId('2-other'),
    executionArn: other,
    number: 41,
    expiresAt: start + 1,
    ...details,
  };
  world.store.leases.set('shop', lease);
  return lease;
};
const acquire = () => acquireLease(world.app, run1, arn);
const holder = () => world.store.leases.get('shop')?.runId;

describe('the lease of a target', () => {
  it('is taken when it is free, and moves the run on', async () => {
    expect(await acquire()).toEqual({ kind: 'done', lease: expect.any(Number) });
    expect(world.run().status).toBe('leased');
    expect(world.store.leases.get('shop')).toMatchObject({ runId: run1, expiresAt: start + leaseMs });
  });

  it.each<[string, Partial<Lease>, string[], 'done' | 'wait' | 'blocked']>([
    ['held by this execution already', { runId: run1, executionArn: arn }, [arn], 'done'],
    ['held by an earlier execution of this run that is gone', { runId: run1 }, [arn], 'done'],
    [
      'held by an earlier execution of this run that still runs',
      { runId: run1, expiresAt: start - 1 },
      [arn, other],
      'wait',
    ],
    ['held by another run', {}, [arn, other], 'blocked'],
    ['held by another run whose execution is gone, not yet expired', {}, [arn], 'blocked'],
    ['expired, but its execution runs: it may be paused', { expiresAt: start - 1 }, [arn, other], 'blocked'],
    ['expired and its execution gone', { expiresAt: start - 1 }, [arn], 'done'],
  ])('%s: %o', async (_name, details, running, kind) => {
    held(details);
    world.running.clear();
    for (const each of running) world.running.add(each);
    expect((await acquire()).kind).toBe(kind);
    expect(holder()).toBe(kind === 'done' ? run1 : (details.runId ?? '2-other'));
    expect(world.run().failure?.code).toBe(kind === 'blocked' ? 'target-busy' : undefined);
  });

  it('is asked for again when another run was faster', async () => {
    held({ expiresAt: start - 1 });
    world.store.beforeTake = () => held({ runId: runId('3-faster'), number: 42 });
    expect(await acquire()).toEqual({ kind: 'wait', seconds: 2 });
    expect(holder()).toBe('3-faster');
  });

  it.each<Status>(['expanding', 'paused', 'rolling-back', 'contracting'])(
    'is taken by a run that resumes, which stays %s',
    async (status) => {
      world.given(plan, status);
      expect((await acquire()).kind).toBe('done');
      expect(world.run().status).toBe(status);
    },
  );

  it('is not taken by a run that has ended', async () => {
    world.given(plan, 'concluded', { verdict: 'SUCCEEDED' });
    await expect(acquire()).rejects.toMatchObject({ code: 'already-concluded' });
    expect(holder()).toBeUndefined();
  });

  it('is renewed by its holder alone, and given back by nobody else', async () => {
    await acquire();
    await world.clock.sleep(60_000);
    expect(await renewLease(world.app, 'shop', run1)).toBe(true);
    expect(world.store.leases.get('shop')?.expiresAt).toBe(start + 60_000 + leaseMs);
    expect(await renewLease(world.app, 'shop', runId('2-other'))).toBe(false);
    held({});
    expect(await renewLease(world.app, 'shop', run1)).toBe(false);
    await releaseLease(world.app, run1);
    expect(holder()).toBe('2-other');
    held({ runId: run1 });
    await releaseLease(world.app, run1);
    expect(holder()).toBeUndefined();
  });
});
