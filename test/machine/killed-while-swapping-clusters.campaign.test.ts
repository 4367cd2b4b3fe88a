import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type World } from '../support/platform.ts';
import { minutes, restored } from './campaigns.ts';
import { schema } from './scenarios.ts';
import { strikeEverywhere } from './strike-everywhere.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ schema, cluster: true });
});
afterAll(() => world?.stop());

test('a cluster that is restored ends the same wherever the workers of its swap are killed', {
  timeout: 5 * minutes,
}, async () => {
  const inSwap = (invocation: string, effect: string) =>
    invocation.startsWith('swap') && effect.startsWith('rds:');
  const { undisturbed, places, runs } = await strikeEverywhere(world, restored, 'kill', inSwap);
  console.log(`${places} places around the calls of a cluster's swap, each killed once; ${runs} runs`);
  expect(undisturbed.end).toMatchObject({ verdict: 'RESTORED', restore: 'swapped' });
});
