import { beforeEach, describe, expect, it } from 'vitest';
import { announce } from '../../src/app/announce.ts';
import { conclude } from '../../src/app/conclude.ts';
import { acquireLease } from '../../src/app/lease.ts';
import { advance, move } from '../../src/app/runs.ts';
import { watch } from '../../src/app/watch.ts';
import type { Failure } from '../../src/core/errors.ts';
import type { Plan } from '../../src/core/plan/plan.ts';
import { arn, examplePlan, run1, World } from '../support/fake-app.ts';

const plan: Plan = await examplePlan();
const failure: Failure = { class: 'fatal', code: 'step-failed', message: 'expand-1 failed: no such column' };

let world: World;
beforeEach(() => {
  world = new World();
});

const heard = () => world.announced.map(({ from, to }) => [from, to]);
const subjects = () => world.told.map(({ subject }) => subject);

describe('a change of status', () => {
  it('is told to programs with what it is about', async () => {
    const run = world.given(plan, 'snapshotted');
    await advance(world.app, run, 'expanding');
    expect(world.announced).toEqual([
      {
        runId: run1,
        target: 'shop',
        version: '1',
        description: 'seen',
        direction: 'up',
        number: 1,
        from: 'snapshotted',
        to: 'expanding',
        at: new Date(world.clock.now()).toISOString(),
        because: 'the first change',
      },
    ]);
    expect([world.told, world.run().unannounced]).toEqual([[], undefined]);
  });

  it('is told to people in words where it concerns them', async () => {
    await move(world.app, world.given(plan, 'expanding', { failure }), 'rolling-back');
    expect(world.told).toEqual([
      {
        subject: 'Lockkeeper: shop goes back',
        text: expect.stringContaining(
          'Run 1-run of migration 1 (seen) on shop goes back: expand-1 failed: no such column.',
        ),
      },
    ]);
    await conclude(world.app, run1, 'ROLLED_BACK', world.budget());
    expect(subjects()).toEqual(['Lockkeeper: shop goes back', 'Lockkeeper: shop ROLLED_BACK']);
    expect(world.announced.at(-1)).toMatchObject({ verdict: 'ROLLED_BACK', because: failure.message });
  });

  it('does not stop the run when nobody can be told, and is told by the next function', async () => {
    world.given(plan);
    world.deaf = true;
    expect(await acquireLease(world.app, run1, arn)).toMatchObject({ kind: 'done' });
    expect(world.run().status).toBe('leased');
    world.deaf = false;
    await advance(world.app, world.run(), 'checked');
    expect(heard()).toEqual([
      ['planned', 'leased'],
      ['leased', 'checked'],
    ]);
    expect(world.announced.map(({ number }) => number)).toEqual([1, 2]);
  });

  it('is told by the same function called again, when it died after the write', async () => {
    world.given(plan);
    await world.app.store.transition(run1, 'leased');
    await advance(world.app, world.run(), 'leased');
    await advance(world.app, world.run(), 'leased');
    expect(heard()).toEqual([['planned', 'leased']]);
  });

  it.each(['SUCCEEDED', 'NEEDS_ATTENTION'] as const)(
    'to the end, %s, is told by the retry',
    async (verdict) => {
      world.given(plan, 'contracting', { fence: 7 });
      world.deaf = true;
      await conclude(world.app, run1, verdict, world.budget());
      expect([world.run().status, subjects()]).toEqual(['concluded', []]);
      world.deaf = false;
      await conclude(world.app, run1, verdict, world.budget());
      expect(subjects()).toEqual([`Lockkeeper: shop ${verdict}`]);
      expect(world.announced.at(-1)).toMatchObject({ to: 'concluded', verdict });
    },
  );

  it('after which no function came is told by the watch', async () => {
    world.given(plan, 'contracting');
    await world.app.store.transition(run1, 'concluded', { verdict: 'SUCCEEDED', because: 'done' });
    await watch(world.app);
    await watch(world.app);
    expect(heard()).toEqual([['contracting', 'concluded']]);
    expect(subjects()).toEqual(['Lockkeeper: shop SUCCEEDED']);
  });

  it('is told twice when it was sent and not crossed off', async () => {
    world.given(plan);
    const run = await world.app.store.transition(run1, 'leased');
    await announce(world.app, run);
    await announce(world.app, run);
    expect(world.announced.map(({ number }) => number)).toEqual([1, 1]);
  });

  it('among several that nobody was told of: programs hear all, people where the run is', async () => {
    world.given(plan, 'expanding', { failure });
    await world.app.store.transition(run1, 'rolling-back');
    const run = await world.app.store.transition(run1, 'concluded', { verdict: 'ROLLED_BACK' });
    await announce(world.app, run);
    expect(world.announced).toHaveLength(2);
    expect(subjects()).toEqual(['Lockkeeper: shop ROLLED_BACK']);
  });
});
