import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type World } from '../support/platform.ts';
import { minutes, onTheWayBack, rebuilt, rebuiltAndTakenBack, whereSteps } from './campaigns.ts';
import { indexedSchema } from './scenarios.ts';
import { strikeEverywhere } from './strike-everywhere.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ schema: indexedSchema });
});
afterAll(() => world?.stop());

const everyIndex = [
  'users_by_length valid',
  'users_by_token valid',
  'users_email_key valid',
  'users_pkey valid',
];

test('every index comes again wherever the workers of the load are killed', {
  timeout: 15 * minutes,
}, async () => {
  const { undisturbed, places, runs } = await strikeEverywhere(world, rebuilt, 'kill between', whereSteps);
  console.log(`${places} boundaries of a load without its indexes, each killed once; ${runs} runs`);
  const { end } = undisturbed;
  expect(end).toMatchObject({ verdict: 'SUCCEEDED', indexes: everyIndex });
  expect(end.fingerprint).toBe(end.fingerprints[0]);
  expect(end.rows[0]).toMatch(/^800 rows/);
});

test('every index comes back wherever the way back from the load is killed', {
  timeout: 15 * minutes,
}, async () => {
  const { undisturbed, places, runs } = await strikeEverywhere(
    world,
    rebuiltAndTakenBack,
    'kill between',
    onTheWayBack,
  );
  console.log(`${places} boundaries on the way back from a load, each killed once; ${runs} runs`);
  const { end } = undisturbed;
  expect(end).toMatchObject({ verdict: 'ROLLED_BACK', indexes: everyIndex });
  expect(end.fingerprints.at(-1)).toBe(end.fingerprints[0]);
  expect(end.rows[0]).toMatch(/^500 rows/);
});
