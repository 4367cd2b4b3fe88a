import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type World } from '../support/platform.ts';
import { readDatabase, readEndState } from './end-state.ts';
import { schema } from './scenarios.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ schema });
});
afterAll(() => world?.stop());

test('a column that IF NOT EXISTS has found is brought back by a restore, not dropped by the down script', async () => {
  await world.fresh();
  const before = await readDatabase(world.query);
  const bundle = await world.upload([
    {
      path: 'V043__token.sql',
      text: `ALTER TABLE users ADD COLUMN IF NOT EXISTS email_confirmation_token text;
ALTER TABLE users ADD CONSTRAINT users_id_negative CHECK (id < 0);
`,
    },
    { path: 'U043__token.sql', text: 'ALTER TABLE users DROP COLUMN email_confirmation_token;\n' },
  ]);
  const { run } = await world.finish(world.start({ migration: '043', bundle }));
  const { verdict, columns, rows } = await readEndState(world, run);
  expect({ verdict, columns, rows }).toEqual({
    verdict: 'RESTORED',
    columns: before.columns,
    rows: before.rows,
  });
  const events = await world.platform.app.store.listEvents(run.runId);
  expect(events.map(({ text }) => text).filter((text) => text.startsWith('way back'))).toEqual([
    'way back: restore, because there is no down script for every step that was done',
  ]);
});
