import { describe, expect, test } from 'vitest';
import { prices } from '../../../src/core/cost/prices.ts';
import { project, usualAssumptions } from '../../../src/core/cost/project.ts';
import type { Plan } from '../../../src/core/plan/plan.ts';
import { examplePlan } from '../../support/fake-app.ts';

const plan = await examplePlan({ gate: 'immediately' });
const without = (changes: Partial<Plan>): Plan => ({ ...plan, ...changes });
const quick = { ...usualAssumptions, snapshotLooks: 1 };

const withRows = (rowsEstimate: number, partitions = 16, parallelism = 4): Plan =>
  without({
    backfills: plan.backfills.map((backfill) => ({ ...backfill, rowsEstimate, partitions, parallelism })),
  });

describe('a projection', () => {
  test('of a migration without backfill and contract counts each state once', () => {
    const steps = plan.steps.filter(({ phase }) => phase === 'expand');
    // Prepare … Done of migration.asl.json, straight through.
    expect(project(without({ backfills: [], steps, approvalReasons: [] }), quick)).toMatchObject({
      transitions: 19,
      backfillSeconds: 0,
    });
  });

  test('of a snapshot that takes long counts three states a look', () => {
    const [short, long] = [1, 11].map(
      (snapshotLooks) => project(plan, { ...quick, snapshotLooks }).transitions,
    );
    expect(Number(long) - Number(short)).toBe(30);
  });

  test('of a hundred million rows stays at cents for transitions and below two dollars in all', () => {
    const { transitions, invocations, backfillSeconds, dollars } = project(withRows(100_000_000));
    const rest = project(without({ backfills: [] }));
    // Sixteen partitions of three slices each: a task and a Choice a slice, a Pass between two, an end.
    expect(transitions - rest.transitions).toBe(4 + 16 * (3 * 2 + 2 + 1));
    expect(invocations - rest.invocations).toBe(1 + 16 * 3);
    expect(backfillSeconds).toBe(5000);
    expect(dollars.stepFunctions).toBeCloseTo(transitions * prices.stateTransition, 10);
    expect(dollars.stepFunctions).toBeLessThan(0.01);
    // 20,000 seconds of workers with half a gigabyte.
    expect(dollars.lambda).toBeGreaterThan(10_000 * prices.lambdaGbSecond);
    expect(dollars.total).toBeLessThan(2);
    expect(dollars.total).toBeCloseTo(dollars.stepFunctions + dollars.lambda + dollars.dynamodb, 10);
  });

  test('grows with the rows, and not with how many work on them', () => {
    const small = project(withRows(10_000_000));
    const large = project(withRows(100_000_000));
    const slow = project(withRows(100_000_000, 16, 1));
    expect(large.dollars.total).toBeGreaterThan(5 * small.dollars.total);
    expect(slow.dollars).toEqual(large.dollars);
    expect(slow.backfillSeconds).toBe(4 * large.backfillSeconds);
  });

  test('of a backfill for weeks stays below the events that an execution may have', () => {
    const { transitions } = project(withRows(100_000_000, 1, 1), { ...usualAssumptions, rowsPerSecond: 50 });
    // A worker of its own for each partition; about two events a state.
    expect(transitions * 2).toBeLessThan(25_000);
  });
});
