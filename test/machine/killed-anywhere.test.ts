import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type World } from '../support/platform.ts';
import { failedAfterDestroying, refusedAfterwards, schema, verifiedEmail } from './scenarios.ts';
import { strikeEverywhere } from './strike-everywhere.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ schema });
});
afterAll(() => world?.stop());

const scenario = {
  files: verifiedEmail,
  migration: '042',
  meanwhile: {
    'lockkeeper-partition': `
      INSERT INTO users (email, email_confirmation_token) VALUES ('new@example.com', NULL), ('newer@example.com', 'token');
      UPDATE users SET email_confirmation_token = 'again' WHERE id IN (1, 499)`,
  },
};

const minutes = 60_000;

test('a run ends the same wherever its workers are killed', { timeout: 10 * minutes }, async () => {
  const started = performance.now();
  const campaign = await strikeEverywhere(world, scenario, 'kill');
  expect(campaign.undisturbed.end).toMatchObject({ verdict: 'SUCCEEDED', runs: ['042 up SUCCEEDED'] });
  console.log(
    `${campaign.places} boundaries, each killed once; ${campaign.runs} runs; ${performance.now() - started}`,
  );
});

test('a run ends the same when any one reply is lost', { timeout: 10 * minutes }, async () => {
  const campaign = await strikeEverywhere(world, scenario, 'sever');
  console.log(`${campaign.places} replies, each lost once; ${campaign.runs} runs`);
});

/** What only runs when a run goes back; the way until there is struck above. */
const onTheWayBack = (invocation: string) =>
  /^(fail|decide|undo|restore|swap|conclude|enter #3|check after)/.test(invocation);

test('the way back by the down script ends the same wherever it is killed', {
  timeout: 10 * minutes,
}, async () => {
  const campaign = await strikeEverywhere(
    world,
    { ...scenario, files: refusedAfterwards },
    'kill',
    onTheWayBack,
  );
  console.log(
    campaign.undisturbed.end,
    campaign.undisturbed.passed
      .filter((p) => onTheWayBack(p.invocation))
      .map((p) => p.invocation + p.side + p.effect),
  );
  console.log(`${campaign.places} boundaries, each killed once; ${campaign.runs} runs`);
});

test('the way back by the restore point ends the same wherever it is killed', {
  timeout: 10 * minutes,
}, async () => {
  const campaign = await strikeEverywhere(
    world,
    { ...scenario, files: failedAfterDestroying },
    'kill',
    onTheWayBack,
  );
  console.log(
    campaign.undisturbed.end,
    campaign.undisturbed.passed
      .filter((p) => onTheWayBack(p.invocation))
      .map((p) => p.invocation + p.side + p.effect),
  );
  console.log(`${campaign.places} boundaries, each killed once; ${campaign.runs} runs`);
});
