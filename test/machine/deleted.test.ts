import { afterAll, beforeAll, expect, test } from 'vitest';
import { planKey } from '../../src/app/runs.ts';
import type { Plan } from '../../src/core/plan/plan.ts';
import { startWorld, type World } from '../support/platform.ts';
import { runScenario } from './run-scenario.ts';
import { deletedUsers, deletionRefused, schema } from './scenarios.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ schema });
});
afterAll(() => world?.stop());

test('rows are deleted in batches once a person has agreed to that and why', async () => {
  const { run, end } = await runScenario(world, { files: deletedUsers, migration: '046' });
  const { approvalReasons } = JSON.parse(
    (await world.platform.app.artifacts.getText(planKey(run.planId))) ?? '',
  ) as Plan;
  expect(approvalReasons).toEqual([
    'rows of public.users are deleted (a test), those with id % 2 = 0: no down script brings them back',
  ]);
  expect(end.changes.join()).toContain('awaiting-approval');
  expect(end).toMatchObject({
    verdict: 'SUCCEEDED',
    partitions: ['b1-p0001 t 250 125', 'b1-p0002 t 250 125'],
  });
  expect(end.rows[0]).toMatch(/^250 rows/);
});

test('a check that fails after rows were deleted brings them back with the snapshot', async () => {
  const { end } = await runScenario(world, { files: deletionRefused, migration: '046' });
  expect(end).toMatchObject({ verdict: 'RESTORED', failure: 'check-failed' });
  expect(end.rows[0]).toMatch(/^500 rows/);
});
