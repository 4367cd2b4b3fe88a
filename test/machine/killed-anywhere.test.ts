import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type World } from '../support/platform.ts';
import { expandAndContract, minutes } from './campaigns.ts';
import { schema } from './scenarios.ts';
import { strikeEverywhere } from './strike-everywhere.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ schema });
});
afterAll(() => world?.stop());

test('a run ends the same wherever its workers are killed', { timeout: 15 * minutes }, async () => {
  const { undisturbed, places, runs } = await strikeEverywhere(world, expandAndContract, 'kill between');
  console.log(`${places} boundaries, each killed once; ${runs} runs`);
  expect(undisturbed.end).toMatchObject({
    verdict: 'SUCCEEDED',
    runs: ['042 up SUCCEEDED'],
    partitions: ['b1-p0001 t 250 249', 'b1-p0002 t 250 249'],
    triggers: [],
  });
  expect(undisturbed.end.columns).toEqual([
    'id bigint not null',
    'email text not null',
    'email_verified boolean not null',
  ]);
  expect(undisturbed.end.snapshots.length).toBe(2);
});
