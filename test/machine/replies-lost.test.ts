import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type World } from '../support/platform.ts';
import { expandAndContract, minutes, restored, undone } from './campaigns.ts';
import { runScenario } from './run-scenario.ts';
import { schema } from './scenarios.ts';
import { strikeEverywhere } from './strike-everywhere.ts';

let world: World;
let twice: World;
beforeAll(async () => {
  world = await startWorld({ schema });
  twice = await startWorld({ schema, lambda: { deliverTwice: true } });
});
afterAll(async () => {
  await world?.stop();
  await twice?.stop();
});

test('a run ends the same when the reply to any one effect is lost', { timeout: 10 * minutes }, async () => {
  const { undisturbed, places, runs } = await strikeEverywhere(world, expandAndContract, 'sever');
  console.log(`${places} replies, each lost once; ${runs} runs`);
  expect(undisturbed.end.verdict).toBe('SUCCEEDED');
});

test.each([
  ['succeeds', expandAndContract, 'SUCCEEDED'],
  ['is undone', undone, 'ROLLED_BACK'],
  ['is restored', restored, 'RESTORED'],
])(
  'a run that %s ends the same when every invocation is delivered twice',
  { timeout: 2 * minutes },
  async (_what, scenario, verdict) => {
    const once = await runScenario(world, scenario);
    expect(once.end.verdict).toBe(verdict);
    const both = await runScenario(twice, scenario);
    expect(both.deliveries).toBeGreaterThan(1.5 * once.deliveries);
    expect(both.end).toEqual(once.end);
  },
);
