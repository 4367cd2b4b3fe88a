import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type World } from '../support/platform.ts';
import { minutes, onTheWayBack, undone } from './campaigns.ts';
import { readDatabase } from './end-state.ts';
import { schema } from './scenarios.ts';
import { strikeEverywhere } from './strike-everywhere.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ schema });
});
afterAll(() => world?.stop());

test('a run that is undone ends the same wherever its workers are killed', {
  timeout: 15 * minutes,
}, async () => {
  await world.fresh();
  const before = await readDatabase(world.query);
  const { undisturbed, places, runs } = await strikeEverywhere(world, undone, 'kill', onTheWayBack);
  console.log(`${places} boundaries on the way back by the down script, each killed once; ${runs} runs`);
  const { end } = undisturbed;
  expect(end).toMatchObject({
    verdict: 'ROLLED_BACK',
    runs: ['042 up ROLLED_BACK'],
    history: [],
    triggers: [],
  });
  expect(end.fingerprints.at(-1)).toBe(end.fingerprints[0]);
  expect([end.columns, end.constraints, end.indexes]).toEqual([
    before.columns,
    before.constraints,
    before.indexes,
  ]);
  // What the application has written since is kept.
  expect(end.rows[0]).toMatch(/^502 rows/);
});
