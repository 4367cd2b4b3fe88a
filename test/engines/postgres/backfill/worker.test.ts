import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Effects } from '../../../../src/app/ports/effects.ts';
import { StaleFenceError } from '../../../../src/core/errors.ts';
import { partitionId, runId } from '../../../../src/core/ids.ts';
import { attempt, backfill, enter, losingReplies, step, TestServer, until, workThrough } from '../support.ts';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterEach(() => server.closeAll());
afterAll(() => server.stop());

const run = runId('run-1');
const key = [{ name: 'id', type: 'integer' }];
const first = partitionId(0, 0);

async function ready(rows = 100) {
  const database = await server.database();
  await database.query(`CREATE TABLE t (id int PRIMARY KEY, visits int NOT NULL DEFAULT 0);
    INSERT INTO t SELECT g FROM generate_series(1, ${rows}) g`);
  const connected = await database.connect();
  return { database, connected, fence: await enter(connected) };
}

const visits = 'SELECT visits, count(*) AS n FROM t GROUP BY visits ORDER BY visits';

describe('a batch', () => {
  it('reports what it visited, what it changed and where the partition stands', async () => {
    const { database, connected, fence } = await ready();
    const of = backfill('public.t', key, { partitions: 1, where: 'id > 10 OR id = 1' });
    await connected.planPartitions(run, fence, of);
    const worker = await connected.openPartition(run, fence, of, first);
    expect(await worker.runBatch(20, 5000)).toEqual({
      done: false,
      rowsVisited: 20,
      rowsChanged: 11,
      total: { id: 'b1-p0001', done: false, rowsVisited: 20, rowsChanged: 11, batches: 1 },
    });
    expect(await worker.runBatch(1000, 5000)).toMatchObject({ done: true, rowsVisited: 80, rowsChanged: 80 });
    expect(await worker.runBatch(1000, 5000)).toMatchObject({ done: true, rowsVisited: 0, rowsChanged: 0 });
    expect(await connected.partitions(run)).toEqual([worker.state]);
    expect(await database.query(visits)).toEqual([
      { visits: '0', n: '9' },
      { visits: '1', n: '91' },
    ]);
  });

  it('does not chase rows inserted behind the last key', async () => {
    const { database, connected, fence } = await ready();
    const of = backfill('public.t', key, { partitions: 2 });
    await connected.planPartitions(run, fence, of);
    const endless: Effects = {
      async around(_name, act) {
        await database.query('INSERT INTO t SELECT max(id) + g FROM t, generate_series(1, 50) g GROUP BY g');
        return act();
      },
    };
    const chased = await database.connect({ role: 'chased', effects: endless });
    expect(await workThrough(chased, fence, of, 10)).toMatchObject({ visited: 100 });
  });

  it('changes nothing under a stale fence', async () => {
    const { database, connected, fence } = await ready();
    const of = backfill('public.t', key, { partitions: 1 });
    await connected.planPartitions(run, fence, of);
    const worker = await connected.openPartition(run, fence, of, first);
    await database.query('UPDATE lockkeeper.fence SET fence = fence + 1');
    await expect(worker.runBatch(10, 5000)).rejects.toBeInstanceOf(StaleFenceError);
    expect(await database.query(visits)).toEqual([{ visits: '0', n: '100' }]);
    expect(await connected.partitions(run)).toMatchObject([{ batches: 0 }]);
  });

  it('changes nothing where the partition has moved on without it', async () => {
    const { database, connected, fence } = await ready();
    const of = backfill('public.t', key, { partitions: 1 });
    await connected.planPartitions(run, fence, of);
    const worker = await connected.openPartition(run, fence, of, first);
    await database.query(`UPDATE lockkeeper.partition SET batches = 1, cursor_key = '{50}'`);
    await expect(worker.runBatch(10, 5000)).rejects.toMatchObject({
      class: 'retryable',
      code: 'partition-moved',
    });
    expect(await database.query(visits)).toEqual([{ visits: '0', n: '100' }]);
  });

  it('gives way to a writer that holds one of its rows, and can be made again', async () => {
    const { database, connected, fence } = await ready();
    const of = backfill('public.t', key, { partitions: 1 });
    await connected.planPartitions(run, fence, of);
    const worker = await connected.openPartition(run, fence, of, first);
    const writer = await database.client();
    await writer.query('BEGIN; UPDATE t SET visits = 0 WHERE id = 5');
    await expect(worker.runBatch(10, 5000)).rejects.toMatchObject({
      class: 'retryable',
      code: 'lock-timeout',
    });
    await writer.query('COMMIT');
    expect(await worker.runBatch(10, 5000)).toMatchObject({ rowsVisited: 10, total: { batches: 1 } });
  });

  it('that runs into its time limit changed nothing', async () => {
    const { database, connected, fence } = await ready();
    const slow = backfill('public.t', key, {
      partitions: 1,
      set: { visits: 'visits + length(pg_sleep(0.05)::text) + 1' },
    });
    await connected.planPartitions(run, fence, slow);
    const worker = await connected.openPartition(run, fence, slow, first);
    await expect(worker.runBatch(100, 100)).rejects.toMatchObject({
      class: 'retryable',
      code: 'statement-timeout',
    });
    expect(await worker.runBatch(1, 5000)).toMatchObject({ rowsChanged: 1 });
    expect(await database.query(visits)).toEqual([
      { visits: '0', n: '99' },
      { visits: '1', n: '1' },
    ]);
  });

  it('that becomes the victim of a deadlock can be made again', async () => {
    const { database, connected, fence } = await ready();
    await database.query(
      `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET deadlock_timeout = ''50ms''', current_database()); END $$`,
    );
    const of = backfill('public.t', key, { partitions: 1 });
    await connected.planPartitions(run, fence, of);
    const worker = await connected.openPartition(run, fence, of, first);
    const writer = await database.client();
    await writer.query(`SET deadlock_timeout = '10s'; BEGIN; UPDATE t SET visits = 0 WHERE id = 9`);
    const batch = worker.runBatch(10, 5000).catch((error: unknown) => error);
    await until('the batch waits for the writer', async () => {
      const rows = await database.query(`SELECT FROM pg_locks WHERE NOT granted`);
      return rows.length > 0;
    });
    const writing = writer.query('UPDATE t SET visits = 0 WHERE id = 1').catch((error: unknown) => error);
    expect(await batch).toMatchObject({ class: 'retryable', code: 'deadlock' });
    await writing;
    await writer.query('COMMIT');
    expect(await worker.runBatch(10, 5000)).toMatchObject({ rowsVisited: 10 });
  });
});

describe('a lost reply', () => {
  it('to any batch is settled from the checkpoint: every row is visited once', async () => {
    const { database, fence } = await ready();
    const effects = losingReplies((effect, nth) => effect.startsWith('batch') && nth % 2 === 0);
    const connected = await database.connect({ role: 'losing', effects });
    const outcome = await workThrough(connected, fence, backfill('public.t', key, { partitions: 3 }), 7);
    expect(effects.lost.length).toBeGreaterThan(3);
    expect(outcome).toMatchObject({ visited: 100, changed: 100 });
    expect(await database.query(visits)).toEqual([{ visits: '1', n: '100' }]);
  });

  it('to the planning gives the partitions that were planned', async () => {
    const { database, fence } = await ready();
    const effects = losingReplies((effect) => effect.startsWith('plan'));
    const connected = await database.connect({ role: 'losing', effects });
    expect(
      await connected.planPartitions(run, fence, backfill('public.t', key, { partitions: 2 })),
    ).toHaveLength(2);
    expect(effects.lost).toEqual(['plan partitions of backfill 1']);
  });

  it('of a batch that was cut off before its end is retryable and leaves nothing behind', async () => {
    const { database, fence } = await ready();
    const writer = await database.client();
    const cut: Effects = {
      async around(name, act, sever) {
        const acting = act();
        if (name !== 'batch of b1-p0001') return acting;
        acting.catch(() => undefined);
        await until(
          'the batch waits',
          async () => (await database.query('SELECT FROM pg_locks WHERE NOT granted')).length > 0,
        );
        sever?.();
        return acting;
      },
    };
    const connected = await database.connect({ role: 'cut', effects: cut });
    const of = backfill('public.t', key, { partitions: 1 });
    await connected.planPartitions(run, fence, of);
    const worker = await connected.openPartition(run, fence, of, first);
    await writer.query('BEGIN; UPDATE t SET visits = 0 WHERE id = 5');
    await expect(worker.runBatch(10, 5000)).rejects.toMatchObject({
      class: 'retryable',
      code: 'connection-lost',
    });
    expect(await connected.partitions(run)).toMatchObject([{ batches: 0 }]);
    await writer.query('COMMIT');
  });
});

describe('workers', () => {
  it('of different partitions work side by side', async () => {
    const { database, connected, fence } = await ready(2000);
    const of = backfill('public.t', key, { partitions: 2 });
    const parts = await connected.planPartitions(run, fence, of);
    await Promise.all(
      parts.map(async ({ id }) => {
        const own = await database.connect({ role: id });
        const worker = await own.openPartition(run, fence, of, id);
        while (!(await worker.runBatch(50, 5000)).done);
      }),
    );
    expect(await database.query(visits)).toEqual([{ visits: '1', n: '2000' }]);
  });

  it('of the same partition exclude each other until the first is closed', async () => {
    const { database, connected, fence } = await ready();
    const of = backfill('public.t', key, { partitions: 1 });
    await connected.planPartitions(run, fence, of);
    await connected.openPartition(run, fence, of, first);
    const twin = await database.connect({ role: 'twin' });
    await expect(twin.openPartition(run, fence, of, first)).rejects.toMatchObject({
      class: 'retryable',
      code: 'partition-busy',
    });
    await connected.close();
    expect((await twin.openPartition(run, fence, of, first)).state).toMatchObject({ done: false });
  });

  it('keep steps out, and steps keep them out', async () => {
    const { database, connected, fence } = await ready();
    const of = backfill('public.t', key, { partitions: 1 });
    await connected.planPartitions(run, fence, of);
    const worker = await connected.openPartition(run, fence, of, first);
    const twin = await database.connect({ role: 'expand-1' });
    const made = step('expand-1', 'transaction', 'CREATE TABLE made ()');
    await expect(twin.attemptStep(made, attempt(fence))).rejects.toMatchObject({ code: 'target-busy' });
    await worker.runBatch(1000, 5000);
    expect(await twin.attemptStep(made, attempt(fence))).toMatchObject({ kind: 'done' });
    const stepping = await database.client('lockkeeper/run-1/expand-9');
    await stepping.query(`SELECT pg_advisory_lock(${0x4c4b5052}, 0)`);
    await database.query('UPDATE lockkeeper.partition SET done = false');
    await expect(connected.openPartition(run, fence, of, first)).rejects.toMatchObject({
      code: 'target-busy',
    });
  });

  it('carry on where a dead one stopped', async () => {
    const { database, connected, fence } = await ready();
    const of = backfill('public.t', key, { partitions: 1 });
    await connected.planPartitions(run, fence, of);
    await (await connected.openPartition(run, fence, of, first)).runBatch(30, 5000);
    await database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'lockkeeper/%'`,
    );
    const next = await database.connect({ role: 'next' });
    const worker = await next.openPartition(run, fence, of, first);
    expect(worker.state).toMatchObject({ rowsVisited: 30, batches: 1 });
    expect(await worker.runBatch(1000, 5000)).toMatchObject({ done: true, rowsVisited: 70 });
    expect(await database.query(visits)).toEqual([{ visits: '1', n: '100' }]);
  });

  it('waits for the disk with the last batch of a partition only', async () => {
    const { database, connected, fence } = await ready();
    await database.query(`CREATE TABLE seen (setting text);
      CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO seen VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$;
      CREATE CONSTRAINT TRIGGER note AFTER UPDATE ON lockkeeper.partition
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note()`);
    await workThrough(connected, fence, backfill('public.t', key, { partitions: 1 }), 40);
    expect(
      (await database.query<{ setting: string }>('SELECT setting FROM seen')).map((row) => row.setting),
    ).toEqual(['off', 'off', 'on']);
  });
});
