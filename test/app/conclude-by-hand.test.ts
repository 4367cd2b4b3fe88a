import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Closing, concludeByHand } from '../../src/app/conclude-by-hand.ts';
import type { RunPatch } from '../../src/app/ports/run-store.ts';
import { runId } from '../../src/core/ids.ts';
import type { Status } from '../../src/core/lifecycle.ts';
import type { Plan } from '../../src/core/plan/plan.ts';
import { arn, examplePlan, run1, World } from '../support/fake-app.ts';

let plan: Plan;
let world: World;
beforeAll(async () => {
  plan = await examplePlan();
});
beforeEach(() => {
  world = new World();
});

const attention: RunPatch = { verdict: 'NEEDS_ATTENTION', fence: 7, because: 'there is no restore point' };

const conclude = (verdict: Closing['verdict'] = 'ROLLED_BACK', id = run1) =>
  concludeByHand(world.app, world.database.connect(), id, {
    verdict,
    by: 'ann',
    reason: 'dropped b by hand',
  });

function needsAttention(): void {
  world.given(plan, 'concluded', attention);
  world.entered(plan);
  world.database.done('expand-1');
}

describe('concluding a run by hand', () => {
  it.each(['ROLLED_BACK', 'SUCCEEDED'] as const)(
    'writes %s with the reason into the ledger, under a new fence, and into the run store',
    async (verdict) => {
      needsAttention();
      expect(await conclude(verdict)).toMatchObject({ schemaAsBefore: true, leftOver: [] });
      expect(world.database.log).toEqual([
        'entered under fence 8',
        `concluded ${verdict} under fence 8 by ann: dropped b by hand`,
      ]);
      expect(world.run()).toMatchObject({
        status: 'concluded',
        verdict,
        because: 'concluded by hand by ann: dropped b by hand',
        fingerprintAfter: 'before',
      });
      expect(world.said('verdict')).toEqual([`${verdict}: concluded by hand by ann: dropped b by hand`]);
      expect(world.told.map(({ subject }) => subject)).toEqual([`Lockkeeper: shop ${verdict}`]);
    },
  );

  it('of a run that was interrupted and that nobody is at work on', async () => {
    world.given(plan, 'expanding', { fence: 7 });
    world.entered(plan);
    world.running.clear();
    await conclude();
    expect(world.run()).toMatchObject({ status: 'concluded', verdict: 'ROLLED_BACK' });
  });

  it('of a run that only the ledger knows any more makes its record anew', async () => {
    world.entered(plan);
    await conclude();
    expect(world.run()).toMatchObject({ version: '1', status: 'concluded', verdict: 'ROLLED_BACK' });
  });

  it('is taken up again where only the ledger had heard of it', async () => {
    needsAttention();
    world.database.openRun = null;
    world.database.concluded = { runId: run1, verdict: 'ROLLED_BACK' };
    await expect(conclude('SUCCEEDED')).rejects.toMatchObject({ code: 'already-concluded' });
    await conclude('ROLLED_BACK');
    expect(world.run().verdict).toBe('ROLLED_BACK');
  });

  it('says when the schema is another one, and what Lockkeeper has left there', async () => {
    needsAttention();
    world.database.schema = 'another';
    const own = plan.steps.filter((step) => step.source === null);
    expect(own.map((step) => step.phase)).toEqual(['expand', 'contract']);
    world.database.done(own[0]?.id ?? '');
    const left = await conclude();
    expect(left.schemaAsBefore).toBe(false);
    expect(left.leftOver[0]).toMatch(/^DROP TRIGGER IF EXISTS/);
  });

  it.each(['contract', 'undo'])('does not speak of what the %s has taken away', async (phase) => {
    needsAttention();
    const own = [...plan.steps, ...plan.rollback.undo].filter((step) => step.source === null);
    world.database.done(
      ...own.filter((step) => step.phase === 'expand' || step.phase === phase).map(({ id }) => id),
    );
    expect((await conclude()).leftOver).toEqual([]);
  });
});

describe('a run is not concluded by hand', () => {
  const refused: [string, string, () => void][] = [
    [
      'while its execution is running',
      'still-running',
      () => {
        world.given(plan, 'expanding', { fence: 7 });
        world.entered(plan);
        world.running.add(arn);
      },
    ],
    [
      'while the server is at work for it',
      'still-running',
      () => {
        needsAttention();
        world.database.leftSessions = 1;
      },
    ],
    [
      'while another session holds the target',
      'target-busy',
      () => {
        needsAttention();
        world.database.entering = { kind: 'locked', holder: 'session 1' };
      },
    ],
    [
      'after it has ended',
      'already-concluded',
      () => world.given(plan, 'concluded', { verdict: 'ROLLED_BACK' }),
    ],
    ['on a database that does not know it', 'not-open', () => world.given(plan, 'concluded', attention)],
    ['before it has begun', 'not-open', () => world.given(plan, 'leased', { executionArn: 'gone' })],
    ['when nobody knows it', 'no-such-run', () => undefined],
    ['in place of the one that is open', 'no-such-run', () => world.entered(plan, runId('2-other'))],
  ];

  it.each(refused)('%s', async (_name, code, given) => {
    given();
    const status = world.store.runs.get(run1)?.status as Status | undefined;
    await expect(conclude()).rejects.toMatchObject({ code });
    expect(world.database.log).toEqual([]);
    expect(world.store.runs.get(run1)?.status).toBe(status);
  });
});
