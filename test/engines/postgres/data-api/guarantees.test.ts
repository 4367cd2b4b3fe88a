import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { runId } from '../../../../src/core/ids.ts';
import { LOCK_SPACE } from '../../../../src/engines/postgres/session/target-lock.ts';
import { openDataApiWorld } from '../../contract/data-api-world.ts';
import type { TestDatabase, World } from '../../contract/world.ts';
import { attempt, backfill, enter, losingReplies, plan, step } from '../support.ts';

/** Short times of the Data API, so that a test can see them end. */
const limits = { statementMs: 700 };
const run = runId('run-1');
const of = backfill('t', [{ name: 'id', type: 'integer' }], { partitions: 1 });

let world: World;
beforeAll(async () => {
  world = await openDataApiWorld(limits);
});
afterEach(() => world.closeAll());
afterAll(() => world?.stop());

async function ready(rows = 100) {
  const opened = await world.database();
  await opened.query(
    'CREATE TABLE t (id int PRIMARY KEY, visits int NOT NULL DEFAULT 0)',
    `INSERT INTO t SELECT n, 0 FROM generate_series(1, ${rows}) AS n`,
  );
  const connected = await opened.connect();
  return { opened, connected, fence: await enter(connected) };
}

const visits = (opened: TestDatabase) =>
  opened.query('SELECT visits, count(*) AS n FROM t GROUP BY visits ORDER BY visits');

/** Holds the target's lock as another session of ours would. */
async function hold(opened: TestDatabase, how: 'alone' | 'shared'): Promise<void> {
  const call = how === 'alone' ? 'pg_advisory_lock' : 'pg_advisory_lock_shared';
  await (await opened.client()).query(`SELECT ${call}(${LOCK_SPACE}, 0)`);
}

test('of two workers of a partition each batch is made once, whoever makes it', async () => {
  const { opened, connected, fence } = await ready();
  const [partition = expect.fail()] = await connected.planPartitions(run, fence, of);
  const twin = await opened.connect({ role: 'twin' });
  const first = await connected.openPartition(run, fence, of, partition.id);
  const second = await twin.openPartition(run, fence, of, partition.id);
  await first.runBatch(30, 5000);
  await expect(second.runBatch(30, 5000)).rejects.toMatchObject({ code: 'partition-moved' });
  const again = await twin.openPartition(run, fence, of, partition.id);
  expect(await again.runBatch(1000, 5000)).toMatchObject({ done: true, rowsVisited: 70 });
  expect(await visits(opened)).toEqual([{ visits: '1', n: '100' }]);
});

test('no batch is made while a step has the target', async () => {
  const { opened, connected, fence } = await ready();
  const [partition = expect.fail()] = await connected.planPartitions(run, fence, of);
  const worker = await connected.openPartition(run, fence, of, partition.id);
  await hold(opened, 'alone');
  await expect(worker.runBatch(30, 5000)).rejects.toMatchObject({ class: 'retryable', code: 'target-busy' });
  expect(await visits(opened)).toEqual([{ visits: '0', n: '100' }]);
});

test('no step is done while a batch has the target, nor does a run enter', async () => {
  const { opened, connected, fence } = await ready();
  await hold(opened, 'shared');
  const made = step('expand-1', 'transaction', 'CREATE TABLE made (id int)');
  await expect(connected.attemptStep(made, attempt(fence))).rejects.toMatchObject({ code: 'target-busy' });
  expect(await connected.journal(run)).toEqual([]);
  const other = await opened.connect({ run: 'run-2' });
  expect(await other.enterRun({ runId: runId('run-2'), plan: plan(), lease: 2 })).toMatchObject({
    kind: 'locked',
  });
});

test('a worker whose run was entered anew changes nothing any more', async () => {
  const { opened, connected, fence } = await ready();
  const [partition = expect.fail()] = await connected.planPartitions(run, fence, of);
  const worker = await connected.openPartition(run, fence, of, partition.id);
  await enter(connected, 'run-1', 2);
  await expect(worker.runBatch(30, 5000)).rejects.toMatchObject({ code: 'stale-fence' });
  expect(await visits(opened)).toEqual([{ visits: '0', n: '100' }]);
});

test('a batch whose commit is not answered is settled by the checkpoint', async () => {
  const { opened, connected, fence } = await ready();
  const [partition = expect.fail()] = await connected.planPartitions(run, fence, of);
  const effects = losingReplies((effect) => effect.startsWith('batch of'));
  const losing = await opened.connect({ role: 'losing', effects });
  const worker = await losing.openPartition(run, fence, of, partition.id);
  expect(await worker.runBatch(30, 5000)).toMatchObject({ rowsVisited: 30, total: { batches: 1 } });
  expect(effects.lost).toEqual([`batch of ${partition.id}`]);
  expect(await visits(opened)).toEqual([
    { visits: '0', n: '70' },
    { visits: '1', n: '30' },
  ]);
});

test('a step that waits for a reader gives up in time, and names it', async () => {
  const patient = await openDataApiWorld();
  try {
    await waitForReader(await patient.database());
  } finally {
    await patient.stop();
  }
});

async function waitForReader(opened: TestDatabase): Promise<void> {
  await opened.query('CREATE TABLE t (id int PRIMARY KEY)');
  const connected = await opened.connect();
  const fence = await enter(connected);
  const reader = await opened.client();
  await reader.query('BEGIN');
  await reader.query('SELECT * FROM t');
  const add = step('expand-1', 'transaction', 'ALTER TABLE t ADD COLUMN added int');
  expect(await connected.attemptStep(add, attempt(fence, { lockTimeoutMs: 3000 }))).toMatchObject({
    kind: 'locked',
    blockers: [{ application: 'application', state: 'idle in transaction' }],
  });
  await reader.query('COMMIT');
  expect(await connected.attemptStep(add, attempt(fence))).toMatchObject({ kind: 'done' });
}

test('a step that outlasts the call goes on in the server and is waited for', async () => {
  const { opened, connected, fence } = await ready(3);
  const slow = step(
    'expand-1',
    'transaction',
    'UPDATE t SET visits = visits + length(pg_sleep(0.5)::text) + 1',
  );
  expect(await connected.attemptStep(slow, attempt(fence))).toEqual({ kind: 'done', alreadyDone: false });
  expect(await connected.attemptStep(slow, attempt(fence))).toEqual({ kind: 'done', alreadyDone: true });
  expect(await visits(opened)).toEqual([{ visits: '1', n: '3' }]);
});

test('a question that outlasts the call is ended, and said to be', async () => {
  const { connected } = await ready(3);
  const slow = {
    check: 'sql',
    name: 'slow',
    query: 'SELECT pg_sleep(30)',
    expect: { is: 'no_rows' },
  } as const;
  expect(await connected.check(slow, {})).toMatchObject({
    outcome: 'unreadable',
    found: expect.stringContaining('45 s'),
  });
});

test('answers of any size arrive whole', async () => {
  const patient = await openDataApiWorld();
  try {
    await readLarge(await patient.database());
  } finally {
    await patient.stop();
  }
});

async function readLarge(opened: TestDatabase): Promise<void> {
  const connected = await opened.connect();
  const columns = Array.from({ length: 40 }, (_, index) => `c${index} int`).join(', ');
  const tables = Array.from({ length: 700 }, (_, index) => `CREATE TABLE wide_${index} (${columns})`);
  await opened.query(tables.join(';'), `COMMENT ON TABLE wide_0 IS '${'ä"\\,('.repeat(20_000)}'`);
  const { lines } = await connected.fingerprint();
  expect(lines.join('\n').length).toBeGreaterThan(1_500_000);
  expect(lines.some((line) => line.length > 80_000 && line.includes('ä'))).toBe(true);
}
