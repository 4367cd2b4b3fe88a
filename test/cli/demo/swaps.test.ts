import { expect, it } from 'vitest';
import type { RunEvent } from '../../../src/app/ports/run-store.ts';
import { Measurements } from '../../../src/cli/demo/figures.ts';
import { measureSwaps } from '../../../src/cli/demo/swaps.ts';
import { stepId } from '../../../src/core/ids.ts';
import type { Plan, Step } from '../../../src/core/plan/plan.ts';
import { altered } from '../../../src/engines/effects.ts';

const step = (id: string, what: string): Step => ({
  id: stepId(id),
  phase: 'switch',
  title: id,
  mode: 'transaction',
  statements: [],
  long: false,
  destroys: false,
  effects: [altered({ type: 'table', name: 'public.users' }, what)],
  lock: null,
  source: null,
});

const plan = (...steps: readonly Step[]) => ({ steps, rollback: { undo: [] } }) as unknown as Plan;

const event = (ms: number, kind: RunEvent['kind'], text: string, of?: string): RunEvent => ({
  at: new Date(ms).toISOString(),
  kind,
  text,
  ...(of === undefined ? {} : { step: stepId(of) }),
});

const events = [
  event(1_000, 'status', 'backfilling → switching'),
  event(1_200, 'lock-wait', 'switch-1 did not get its lock', 'switch-1'),
  event(2_000, 'step', 'switch-1 done: swap', 'switch-1'),
  event(3_000, 'step', 'switch-2 done: validate', 'switch-2'),
];

/** Statements of a writer, each from an instant to another. */
function measured(...spans: readonly (readonly [from: number, to: number])[]): Measurements {
  const measurements = new Measurements();
  for (const [from, to] of spans) measurements.begin(from).end(to, 'acknowledged');
  return measurements;
}

it('a swap is looked at with all its attempts, from what came before it to its end', () => {
  const writers = measured([100, 900], [1_190, 1_310], [1_995, 2_065], [2_500, 3_400]);
  expect(measureSwaps({ plan: plan(step('switch-1', 'replaced')), events }, writers)).toEqual([
    { step: 'switch-1', retries: 1, maxBlockedMs: 120 },
  ]);
});

it('a statement that began before a swap and ended after it counts in full', () => {
  const swap = plan(step('switch-1', 'replaced'));
  expect(measureSwaps({ plan: swap, events }, measured([900, 2_100]))).toMatchObject([
    { maxBlockedMs: 1_200 },
  ]);
});

it('steps that swap nothing, and swaps that were not reached, are left out', () => {
  const reached = plan(step('switch-2', 'a column'), step('undo-2', 'replaced'));
  expect(measureSwaps({ plan: reached, events }, measured([1_000, 3_000]))).toEqual([]);
});
