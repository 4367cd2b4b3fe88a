import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  answerGate,
  awaitDelay,
  awaitGate,
  gateOf,
  requestAbort,
  requestPause,
  requestResume,
} from '../../src/app/gates.ts';
import type { GateName } from '../../src/app/ports/run-store.ts';
import { type Status, statuses } from '../../src/core/lifecycle.ts';
import type { Plan } from '../../src/core/plan/plan.ts';
import { examplePlan, run1, World } from '../support/fake-app.ts';

let plan: Plan;
let delayed: Plan;
let world: World;
beforeAll(async () => {
  plan = await examplePlan();
  delayed = await examplePlan({ gate: '{ delay: 24h }' });
});
beforeEach(() => {
  world = new World();
});

const wait = (gate: GateName, slot = 'run', token = 'T1') => awaitGate(world.app, run1, gate, slot, token);
const answer = (gate: 'approval' | 'contract' | 'restore', given: 'approved' | 'rejected') =>
  answerGate(world.app, run1, gate, { answer: given, by: 'ann' });

/** Where a run stands when each gate is reached, and as what it waits there. */
const gates: readonly [Exclude<GateName, 'pause'>, Status, Status][] = [
  ['approval', 'planned', 'awaiting-approval'],
  ['contract', 'validating', 'awaiting-contract'],
  ['restore', 'rolling-back', 'awaiting-restore'],
];

describe.each(gates)('the %s gate', (gate, before, waiting) => {
  it('tells people, under the status it waits in, and keeps the token until there is an answer', async () => {
    world.given(plan, before);
    await wait(gate);
    expect(world.run().status).toBe(waiting);
    expect(world.told).toHaveLength(1);
    expect(world.announced).toMatchObject([{ runId: run1, from: before, to: waiting }]);
    expect(world.told[0]?.text).toContain(run1);
    expect(world.told[0]?.text).not.toContain('T1');
    expect(world.answers).toEqual([]);

    await answer(gate, 'approved');
    expect(world.answers).toEqual(['T1: succeed']);
    expect(world.store.tokens.size).toBe(0);
  });

  it('passes on an answer that was given before, without telling anybody', async () => {
    world.given(plan, before);
    await answer(gate, 'approved');
    expect(world.answers).toEqual([]);
    await wait(gate);
    expect(world.answers).toEqual(['T1: succeed']);
    expect(world.told).toEqual([]);
  });

  it('passes on an answer given while the token is being kept', async () => {
    world.given(plan, before);
    const keep = world.store.putToken.bind(world.store);
    world.store.putToken = async (...token) => {
      await answer(gate, 'approved');
      await keep(...token);
    };
    await wait(gate);
    expect(world.answers).toEqual(['T1: succeed']);
  });

  it('turns a rejection into the failure of the waiting state', async () => {
    world.given(plan, before);
    await wait(gate);
    await answer(gate, 'rejected');
    expect(world.answers).toEqual(['T1: Lockkeeper.Rejected']);
  });

  it('forgets a token that nobody waits for any more', async () => {
    world.given(plan, before);
    await wait(gate);
    world.forgotten.add('T1');
    await answer(gate, 'approved');
    expect([world.answers, world.store.tokens.size]).toEqual([[], 0]);
  });

  it('answers the token of a state that asks again', async () => {
    world.given(plan, before);
    await wait(gate);
    await wait(gate, 'run', 'T2');
    await answer(gate, 'approved');
    expect(world.answers).toEqual(['T2: succeed']);
  });

  it('is answered once more for a run that resumes', async () => {
    world.given(plan, before, { answers: { [gate]: { answer: 'approved', by: 'ann', at: '' } } });
    await wait(gate);
    expect(world.answers).toEqual(['T1: succeed']);
  });
});

describe('an abort', () => {
  it.each<[GateName, Status]>([
    ['approval', 'planned'],
    ['contract', 'validating'],
    ['pause', 'expanding'],
  ])('ends the wait at the %s gate, whichever comes first', async (gate, before) => {
    world.given(plan, before, { pauseRequested: true });
    await wait(gate);
    await requestAbort(world.app, run1);
    expect(world.answers).toEqual(['T1: Lockkeeper.Aborted']);
    await wait(gate, 'run', 'T2');
    expect(world.answers).toEqual(['T1: Lockkeeper.Aborted', 'T2: Lockkeeper.Aborted']);
  });

  it('does not answer for the person who has to agree to a restore', async () => {
    world.given(plan, 'rolling-back', { abortRequested: true });
    await wait('restore');
    expect([world.answers, world.told.length]).toEqual([[], 1]);
    await answer('restore', 'approved');
    expect(world.answers).toEqual(['T1: succeed']);
  });
});

describe('a pause', () => {
  it('holds every worker in a slot of its own until the resume', async () => {
    world.given(plan, 'backfilling');
    await requestPause(world.app, run1);
    await wait('pause', 'b1-p0001', 'T1');
    await wait('pause', 'b1-p0002', 'T2');
    expect([world.run().status, world.answers]).toEqual(['paused', []]);
    await requestResume(world.app, run1);
    expect(world.answers).toEqual(['T1: succeed', 'T2: succeed']);
  });

  it('that is over already lets a late worker pass', async () => {
    world.given(plan, 'backfilling', { pauseRequested: false });
    await wait('pause', 'b1-p0001');
    expect(world.answers).toEqual(['T1: succeed']);
  });
});

describe('requests for a run that has ended', () => {
  const requests = {
    answer: () => answer('contract', 'approved'),
    pause: () => requestPause(world.app, run1),
    resume: () => requestResume(world.app, run1),
    abort: () => requestAbort(world.app, run1),
  };
  it.each(Object.entries(requests))('are refused: %s', async (_name, request) => {
    world.given(plan, 'concluded', { verdict: 'SUCCEEDED' });
    await expect(request()).rejects.toMatchObject({ code: 'already-concluded' });
    world.given(plan, 'concluded', { verdict: 'NEEDS_ATTENTION' });
    await expect(request()).resolves.toMatchObject({ runId: run1 });
  });

  it('are refused for one that never was', async () => {
    await expect(requests.abort()).rejects.toMatchObject({ code: 'no-such-run' });
  });
});

describe('a delay gate', () => {
  const hours = (count: number) => count * 3_600_000;
  const pass = (ms: number) => world.clock.sleep(ms);

  it('opens when its time has come, asked from time to time', async () => {
    world.given(delayed, 'validating');
    let waited = 0;
    let looks = 0;
    for (;;) {
      const result = await awaitDelay(world.app, run1);
      if (result.kind !== 'wait') {
        expect(result.kind).toBe('done');
        break;
      }
      looks += 1;
      waited += result.seconds;
      await pass(result.seconds * 1000);
    }
    expect(waited).toBe(24 * 3600);
    expect(looks).toBeLessThan(120);
    expect(world.run().status).toBe('awaiting-contract');
  });

  it('does not begin anew for a run that resumes', async () => {
    world.given(delayed, 'validating');
    await awaitDelay(world.app, run1);
    const { gateOpensAt } = world.run();
    await pass(hours(23));
    await awaitDelay(world.app, run1);
    expect(world.run().gateOpensAt).toBe(gateOpensAt);
    await pass(hours(1));
    expect(await awaitDelay(world.app, run1)).toEqual({ kind: 'done' });
  });

  it.each([
    ['an abort', () => requestAbort(world.app, run1), 'aborted'],
    ['a rejection', () => answer('contract', 'rejected'), 'rejected'],
  ])('is ended by %s, with that as the cause', async (_name, act, code) => {
    world.given(delayed, 'validating');
    await awaitDelay(world.app, run1);
    await act();
    await expect(awaitDelay(world.app, run1)).rejects.toMatchObject({ code });
    expect(world.run().failure?.code).toBe(code);
  });

  it('is opened early by a person', async () => {
    world.given(delayed, 'validating');
    await answer('contract', 'approved');
    expect(await awaitDelay(world.app, run1)).toEqual({ kind: 'done' });
  });

  it('is no gate where the plan has none', async () => {
    world.given(plan, 'validating');
    expect(await awaitDelay(world.app, run1)).toEqual({ kind: 'done' });
  });
});

it('a run waits at the gate its status tells', () => {
  const waiting = statuses.filter((status) => gateOf(world.given(plan, status)) !== null);
  expect(waiting).toEqual(['planned', 'awaiting-approval', 'awaiting-contract', 'awaiting-restore']);
});
