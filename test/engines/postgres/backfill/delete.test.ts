import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { runId } from '../../../../src/core/ids.ts';
import type { RowDeletion } from '../../../../src/core/plan/plan.ts';
import {
  backfill,
  enter,
  losingReplies,
  type TestDatabase,
  TestServer,
  until,
  workThrough,
} from '../support.ts';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterEach(() => server.closeAll());
afterAll(() => server?.stop());

const key = [{ name: 'id', type: 'bigint' }];

function deletion(where: string): RowDeletion {
  const { ordinal, table, batch, parallelism, partitions, pace, rowsEstimate } = backfill(
    'public.events',
    key,
  );
  return {
    ...{ ordinal, table, key, batch, parallelism, partitions, pace, rowsEstimate },
    deletes: { where, reason: 'a test' },
  };
}

/** A thousand rows, every third of them old. */
async function events(): Promise<TestDatabase> {
  const database = await server.database();
  await database.query(`CREATE TABLE events (id bigint PRIMARY KEY, old boolean);
    INSERT INTO events SELECT n, n % 3 = 0 FROM generate_series(1, 1000) n; ANALYZE events`);
  return database;
}

const left = (database: TestDatabase): Promise<string | null> =>
  database.value(`SELECT count(*) || ' ' || count(*) FILTER (WHERE old) FROM events`);

it('rows for which the condition is true go, batch by batch; others and unknown ones stay', async () => {
  const database = await events();
  await database.query('UPDATE events SET old = NULL WHERE id = 9');
  const connected = await database.connect();
  const fence = await enter(connected);
  const { visited, changed, batches } = await workThrough(connected, fence, deletion('old -- enough'), 100);
  expect({ visited, changed }).toEqual({ visited: 1000, changed: 332 });
  expect(batches).toBeGreaterThanOrEqual(10);
  expect(await left(database)).toBe('668 0');
});

it('each batch is done once, though its reply is lost', async () => {
  const database = await events();
  const effects = losingReplies((effect) => effect.startsWith('batch'));
  const connected = await database.connect({ effects });
  const fence = await enter(connected);
  const { changed } = await workThrough(connected, fence, deletion('old'), 100);
  expect(effects.lost.length).toBeGreaterThanOrEqual(10);
  expect(changed).toBe(333);
  expect(await left(database)).toBe('667 0');
});

it('a row that a writer saves at the last moment stays', async () => {
  const database = await events();
  const connected = await database.connect();
  const fence = await enter(connected);
  const writer = await database.client();
  await writer.query('BEGIN; UPDATE events SET old = false WHERE id = 3');
  const work = workThrough(connected, fence, deletion('old'), 5_000);
  await until('the batch waits for the writer', async () => {
    const waiting = `SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name LIKE 'lockkeeper/%'`;
    return (await database.value(waiting)) === '1';
  });
  await writer.query('COMMIT');
  expect((await work).changed).toBe(332);
  expect(await database.value('SELECT count(*) FROM events WHERE id = 3')).toBe('1');
});

it('what is written behind the last key of the beginning is not chased', async () => {
  const database = await events();
  const connected = await database.connect();
  const fence = await enter(connected);
  const of = deletion('old');
  await connected.planPartitions(runId('run-1'), fence, of);
  await database.query('INSERT INTO events SELECT n, true FROM generate_series(1001, 1100) n');
  await workThrough(connected, fence, of, 100);
  expect(await left(database)).toBe('767 100');
});
