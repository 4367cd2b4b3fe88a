import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type World } from '../support/platform.ts';
import { runScenario } from './run-scenario.ts';
import { schema } from './scenarios.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ schema, cluster: true, target: { transport: 'data-api' } });
});
afterAll(() => world?.stop());

const flagged = {
  migration: '042',
  files: [
    { path: 'V042__flag.sql', text: '-- described by the manifest beside it\n' },
    { path: 'U042__flag.sql', text: 'ALTER TABLE users DROP COLUMN flag;\n' },
    {
      path: 'V042__flag.yaml',
      text: `
summary: know who has confirmed
expand:
  - ALTER TABLE users ADD COLUMN flag boolean
backfill:
  - table: users
    set: { flag: "email_confirmation_token IS NULL" }
    where: "flag IS NULL"
    batch: { rows: 125, max: 125, target: 5s }
    parallelism: 2
    pace: 1
checks:
  after:
    - row_count: { table: users, unchanged: true }
    - no_nulls: { table: users, columns: [flag] }
`,
    },
  ],
};

test('a migration with a backfill is planned and carried out over the Data API', async () => {
  const { end } = await runScenario(world, flagged);
  expect(end).toMatchObject({ verdict: 'SUCCEEDED', runs: ['042 up SUCCEEDED'] });
  expect(end.columns.some((column) => column.includes('flag'))).toBe(true);
});

test('what needs a session is refused when the plan is made, each with its place', async () => {
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
