import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type World } from '../support/platform.ts';
import { expandAndContract, restored, undone } from './campaigns.ts';
import { readDatabase } from './end-state.ts';
import { runScenario, type Scenario } from './run-scenario.ts';
import { schema } from './scenarios.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ schema, cluster: true, target: { transport: 'data-api' } });
});
afterAll(() => world?.stop());

/** Without what the Data API does not carry. */
const inTransactions = (scenario: Scenario): Scenario => ({
  ...scenario,
  files: scenario.files.map((file) => ({ ...file, text: file.text.replaceAll(' CONCURRENTLY', '') })),
});

test('a migration is planned, backfilled and contracted over the Data API', async () => {
  const { end } = await runScenario(world, inTransactions(expandAndContract));
  expect(end).toMatchObject({ verdict: 'SUCCEEDED', runs: ['042 up SUCCEEDED'] });
  expect(end.columns.some((column) => column.includes('email_verified'))).toBe(true);
  expect(end.columns.some((column) => column.includes('email_confirmation_token'))).toBe(false);
});

test('a migration that is refused afterwards is undone over the Data API', async () => {
  await world.fresh();
  const before = await readDatabase(world.query);
  const { end } = await runScenario(world, inTransactions(undone));
  expect(end).toMatchObject({ verdict: 'ROLLED_BACK', runs: ['042 up ROLLED_BACK'] });
  expect([end.columns, end.constraints, end.indexes]).toEqual([
    before.columns,
    before.constraints,
    before.indexes,
  ]);
});

test('a restored cluster is proved over a Data API of its own, and served over it under its old name', async () => {
  const { end } = await runScenario(world, inTransactions(restored));
  expect(end).toMatchObject({ verdict: 'RESTORED', restore: 'swapped', runs: ['042 up RESTORED'] });
});

test('what needs a session is refused when the plan is made', async () => {
  await world.fresh();
  const bundle = await world.upload([
    {
      path: 'V043__index.sql',
      text: 'SET search_path = public;\nCREATE INDEX CONCURRENTLY by_token ON users (email_confirmation_token);\n',
    },
  ]);
  const arn = world.start({ migration: '043', bundle });
  const { status, error, cause } = await world.platform.cloud.states.waitForExecution(arn);
  expect([status, error]).toEqual(['FAILED', 'InputError']);
  expect(cause).toMatch(/the Data API keeps no session/);
});
