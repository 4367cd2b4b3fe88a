import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type World } from '../support/platform.ts';
import { minutes, onTheWayBack, restored } from './campaigns.ts';
import { readDatabase } from './end-state.ts';
import { schema } from './scenarios.ts';
import { strikeEverywhere } from './strike-everywhere.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ schema });
});
afterAll(() => world?.stop());

test('a run that is restored ends the same wherever its workers are killed', {
  timeout: 15 * minutes,
}, async () => {
  await world.fresh();
  const before = await readDatabase(world.query);
  const { undisturbed, places, runs } = await strikeEverywhere(world, restored, 'kill', onTheWayBack);
  console.log(`${places} boundaries on the way back by the restore point, each killed once; ${runs} runs`);
  const { end } = undisturbed;
  expect(end).toMatchObject({
    verdict: 'RESTORED',
    restore: 'swapped',
    runs: ['042 up RESTORED'],
    history: [],
    instances: ['main available', 'main-failed-RUN available'],
  });
  expect([end.columns, end.constraints, end.indexes]).toEqual([
    before.columns,
    before.constraints,
    before.indexes,
  ]);
  expect(end.rows[0]).toMatch(/^502 rows/);
});
