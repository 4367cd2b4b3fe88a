import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type World } from '../support/platform.ts';
import { minutes, onTheWayBack, replaced, takenBack, whereReplaced } from './campaigns.ts';
import { readDatabase } from './end-state.ts';
import { schema } from './scenarios.ts';
import { strikeEverywhere } from './strike-everywhere.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ schema });
});
afterAll(() => world?.stop());

test('a table is replaced the same wherever its workers are killed', { timeout: 15 * minutes }, async () => {
  const { undisturbed, places, runs } = await strikeEverywhere(
    world,
    replaced,
    'kill between',
    whereReplaced,
  );
  console.log(`${places} boundaries of a replacement, each killed once; ${runs} runs`);
  const { end } = undisturbed;
  expect(end).toMatchObject({ verdict: 'SUCCEEDED', runs: ['044 up SUCCEEDED'], triggers: [] });
  expect(end.columns).toEqual([
    'id bigint not null',
    'email text not null',
    'email_verified boolean not null',
  ]);
  // What was written meanwhile is there, to whichever table it was: 500, 2 new, 2 gone, then one more and one less.
  expect(end.rows[0]).toMatch(/^500 rows/);
  expect(end.functions.filter((name) => !name.startsWith('lockkeeper.'))).toEqual([]);
});

test('a replacement is taken back the same wherever its workers are killed', {
  timeout: 15 * minutes,
}, async () => {
  await world.fresh();
  const before = await readDatabase(world.query);
  const { undisturbed, places, runs } = await strikeEverywhere(
    world,
    takenBack,
    'kill between',
    onTheWayBack,
  );
  console.log(`${places} boundaries on the way back of a replacement, each killed once; ${runs} runs`);
  const { end } = undisturbed;
  expect(end).toMatchObject({ verdict: 'ROLLED_BACK', runs: ['044 up ROLLED_BACK'], triggers: [] });
  expect(end.fingerprints.at(-1)).toBe(end.fingerprints[0]);
  expect([end.columns, end.constraints, end.indexes]).toEqual([
    before.columns,
    before.constraints,
    before.indexes,
  ]);
  expect(end.rows[0]).toMatch(/^500 rows/);
});
