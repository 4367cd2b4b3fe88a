import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type World } from '../support/platform.ts';
import { replaced, takenBack } from './campaigns.ts';
import { readDatabase } from './end-state.ts';
import { runScenario } from './run-scenario.ts';
import { schema } from './scenarios.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ schema });
});
afterAll(() => world?.stop());

test('a table is replaced with all that is written meanwhile, to whichever table that was', async () => {
  const { end } = await runScenario(world, replaced);
  expect(end).toMatchObject({
    verdict: 'SUCCEEDED',
    triggers: [],
    partitions: ['b1-p0001 t 248 247', 'b1-p0002 t 248 247', 'b2-p0001 t 250 0', 'b2-p0002 t 250 0'],
    columns: ['id bigint not null', 'email text not null', 'email_verified boolean not null'],
    journal: ['contract-1 done', 'expand-1 done', 'expand-2 done', 'switch-1 done'],
  });
  expect(end.rows[0]).toMatch(/^500 rows/);
  expect(end.changes.join()).toContain('backfilling → switching');
});

test('a check that fails after the swap brings the old table back, with all that was written to the new one', async () => {
  await world.fresh();
  const before = await readDatabase(world.query);
  const { end } = await runScenario(world, takenBack);
  expect(end).toMatchObject({ verdict: 'ROLLED_BACK', failure: 'check-failed', triggers: [] });
  expect(end.fingerprints.at(-1)).toBe(end.fingerprints[0]);
  expect(end.columns).toEqual(before.columns);
  expect(end.rows[0]).toMatch(/^500 rows/);
});
