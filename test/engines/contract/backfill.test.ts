import { expect, it } from 'vitest';
import type { Effects } from '../../../src/app/ports/effects.ts';
import type { Database } from '../../../src/app/ports/engine.ts';
import { StaleFenceError } from '../../../src/core/errors.ts';
import { partitionId, runId } from '../../../src/core/ids.ts';
import type { Backfill, ColumnBackfill } from '../../../src/core/plan/plan.ts';
import { attempt, backfill, enter, losingReplies, step, until, workThrough } from '../postgres/support.ts';
import { dialects, sampleTable } from './dialect.ts';
import { refusedKeys, walkedKeys } from './keys.ts';
import { everyEngine, type TestDatabase } from './world.ts';

const run = runId('run-1');
const first = partitionId(0, 0);
const anySignal = () => new AbortController().signal;

/** A backfill along the first key of a table, as the plan would have it. */
async function along(
  connected: Database,
  table: string,
  changed: Partial<ColumnBackfill> = {},
): Promise<Backfill> {
  const facts = (await connected.facts([table])).tables[table];
  const [key] = facts?.keys ?? [];
  if (facts === null || facts === undefined || key === undefined) throw new Error(`no key of ${table}`);
  expect(key.refused).toBeNull();
  return backfill(facts.table, key.columns, changed);
}

async function ready(opened: TestDatabase, rows = 100, changed: Partial<ColumnBackfill> = {}) {
  await opened.query(...sampleTable(rows));
  const connected = await opened.connect();
  const fence = await enter(connected);
  return { opened, connected, fence, of: await along(connected, 't', changed) };
}

const visits = (opened: TestDatabase) =>
  opened.query('SELECT visits, count(*) AS n FROM t GROUP BY visits ORDER BY visits');

everyEngine('keys', (engine, database) => {
  const { quote } = dialects[engine];

  it('of every kind are walked along: each row once, in batches of any size', async () => {
    const opened = await database();
    const connected = await opened.connect();
    const fence = await enter(connected);
    const problems: string[] = [];
    let ordinal = 0;
    for (const { name, columns, rows } of walkedKeys[engine]) {
      const names = Object.keys(columns).map(quote);
      const table = `k${ordinal}`;
      const typed = Object.entries(columns).map(([column, type]) => `${quote(column)} ${type} NOT NULL`);
      await opened.query(
        `CREATE TABLE ${table} (${typed.join(', ')}, visits int NOT NULL DEFAULT 0, PRIMARY KEY (${names.join(', ')}))`,
        `INSERT INTO ${table} (${names.join(', ')}) VALUES ${rows.map((row) => `(${row})`).join(', ')}`,
      );
      for (const [partitions, batch] of [
        [3, 1],
        [1, 2],
      ] as const) {
        try {
          const of = await along(connected, table, { partitions, ordinal });
          ordinal += 1;
          const { visited, changed } = await workThrough(connected, fence, of, batch);
          const seen = await opened.query(`SELECT visits, count(*) AS n FROM ${table} GROUP BY visits`);
          const wanted = JSON.stringify([
            { visits: String(partitions === 3 ? 1 : 2), n: String(rows.length) },
          ]);
          if (visited !== rows.length || changed !== rows.length || JSON.stringify(seen) !== wanted) {
            problems.push(
              `${name}: visited ${visited}, changed ${changed} of ${rows.length}: ${JSON.stringify(seen)}`,
            );
          }
        } catch (error) {
          problems.push(`${name}: ${String(error)}`);
        }
      }
    }
    expect(problems).toEqual([]);
  });

  it('that cannot be walked along are refused, with the reason', async () => {
    const opened = await database();
    const connected = await opened.connect();
    for (const { table, because } of refusedKeys[engine]) {
      await opened.query(table);
      const keys = (await connected.facts(['k'])).tables.k?.keys ?? [];
      expect(keys.map((key) => key.refused)).toEqual([expect.stringMatching(because)]);
      await opened.query('DROP TABLE k');
    }
  });

  it('far apart are cut by rows, not by values', async () => {
    const opened = await database();
    const rows = Array.from(
      { length: 100 },
      (_, index) => `(${index < 50 ? index : 300_000_000_000 + index})`,
    );
    await opened.query(
      'CREATE TABLE s (id bigint PRIMARY KEY, visits int NOT NULL DEFAULT 0)',
      `INSERT INTO s (id) VALUES ${rows.join(', ')}`,
    );
    const connected = await opened.connect();
    const fence = await enter(connected);
    const of = await along(connected, 's', { partitions: 4 });
    expect(await connected.planPartitions(run, fence, of)).toHaveLength(4);
    expect(await workThrough(connected, fence, of, 10)).toMatchObject({ visited: 100 });
    const parts = await connected.partitions(run);
    expect(parts.map((part) => part.rowsVisited)).toEqual([25, 25, 25, 25]);
  });
});

everyEngine('a batch', (engine, database) => {
  const { ledger, sleeping } = dialects[engine];

  it('reports what it visited, what it changed and where the partition stands', async () => {
    const { opened, connected, fence, of } = await ready(await database(), 100, {
      partitions: 1,
      where: 'id > 10 OR id = 1',
    });
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
    expect(await visits(opened)).toEqual([
      { visits: '0', n: '9' },
      { visits: '1', n: '91' },
    ]);
  });

  it('takes comments at the ends of its expressions', async () => {
    const { opened, connected, fence, of } = await ready(await database(), 10, {
      set: { visits: 'visits + 1 -- once more' },
      where: 'id > 4 -- the later ones',
    });
    expect(await workThrough(connected, fence, of, 10)).toMatchObject({ visited: 10, changed: 6 });
    expect(await visits(opened)).toEqual([
      { visits: '0', n: '4' },
      { visits: '1', n: '6' },
    ]);
  });

  it('of an empty table has nothing to do', async () => {
    const { connected, fence, of } = await ready(await database(), 0);
    expect(await connected.planPartitions(run, fence, of)).toMatchObject([{ done: true }]);
    expect(await workThrough(connected, fence, of, 10)).toMatchObject({ visited: 0, batches: 0 });
  });

  it('does not chase rows inserted behind the last key', async () => {
    const { opened, connected, fence, of } = await ready(await database(), 100, { partitions: 2 });
    await connected.planPartitions(run, fence, of);
    let next = 1000;
    const endless: Effects = {
      async around(_name, act) {
        await opened.query(`INSERT INTO t (id, visits) VALUES (${next++}, 0)`);
        return act();
      },
    };
    const chased = await opened.connect({ role: 'chased', effects: endless });
    expect(await workThrough(chased, fence, of, 20)).toMatchObject({ visited: 100 });
  });

  it('changes nothing under a stale fence', async () => {
    const { opened, connected, fence, of } = await ready(await database(), 100, { partitions: 1 });
    await connected.planPartitions(run, fence, of);
    const worker = await connected.openPartition(run, fence, of, first);
    await opened.query(`UPDATE ${ledger('fence')} SET fence = fence + 1`);
    await expect(worker.runBatch(10, 5000)).rejects.toBeInstanceOf(StaleFenceError);
    expect(await visits(opened)).toEqual([{ visits: '0', n: '100' }]);
    expect(await connected.partitions(run)).toMatchObject([{ batches: 0 }]);
  });

  it('changes nothing where the partition has moved on without it', async () => {
    const { opened, connected, fence, of } = await ready(await database(), 100, { partitions: 1 });
    await connected.planPartitions(run, fence, of);
    const worker = await connected.openPartition(run, fence, of, first);
    await opened.query(`UPDATE ${ledger('partition')} SET batches = 1`);
    await expect(worker.runBatch(10, 5000)).rejects.toMatchObject({
      class: 'retryable',
      code: 'partition-moved',
    });
    expect(await visits(opened)).toEqual([{ visits: '0', n: '100' }]);
  });

  it('gives way to a writer that holds one of its rows, and can be made again', async () => {
    const { opened, connected, fence, of } = await ready(await database(), 100, { partitions: 1 });
    await connected.planPartitions(run, fence, of);
    const worker = await connected.openPartition(run, fence, of, first);
    const writer = await opened.client();
    await writer.query(dialects[engine].begin);
    await writer.query('UPDATE t SET visits = 0 WHERE id = 5');
    await expect(worker.runBatch(10, 5000)).rejects.toMatchObject({
      class: 'retryable',
      code: 'lock-timeout',
    });
    await writer.query('COMMIT');
    expect(await worker.runBatch(10, 5000)).toMatchObject({ rowsVisited: 10, total: { batches: 1 } });
  });

  it('that runs into its time limit changed nothing', async () => {
    const { opened, connected, fence, of } = await ready(await database(), 100, {
      partitions: 1,
      set: { visits: `visits + 1 + ${sleeping(0.05)}` },
    });
    await connected.planPartitions(run, fence, of);
    const worker = await connected.openPartition(run, fence, of, first);
    await expect(worker.runBatch(100, 100)).rejects.toMatchObject({
      class: 'retryable',
      code: 'statement-timeout',
    });
    expect(await worker.runBatch(1, 5000)).toMatchObject({ rowsChanged: 1 });
    expect(await visits(opened)).toEqual([
      { visits: '0', n: '99' },
      { visits: '1', n: '1' },
    ]);
  });

  it('that is stopped by its caller changed nothing', async () => {
    const { opened, connected, fence, of } = await ready(await database(), 100, {
      partitions: 1,
      set: { visits: `visits + 1 + ${sleeping(0.1)}` },
    });
    await connected.planPartitions(run, fence, of);
    const stopping = new AbortController();
    const stopped = await opened.connect({ role: 'stopped', signal: stopping.signal });
    const worker = await stopped.openPartition(run, fence, of, first);
    const batch = worker.runBatch(100, 20_000).catch((error: unknown) => error);
    await until('the batch is at work', async () => (await connected.sessionsAtWork(run)) > 0);
    stopping.abort();
    expect(await batch).toMatchObject({ class: 'retryable', code: 'aborted' });
    expect(await connected.partitions(run)).toMatchObject([{ batches: 0 }]);
    expect(await visits(opened)).toEqual([{ visits: '0', n: '100' }]);
  });
});

everyEngine('a lost reply', (_engine, database) => {
  it('to any batch is settled from the checkpoint: every row is visited once', async () => {
    const { opened, fence, of } = await ready(await database(), 100, { partitions: 3 });
    const effects = losingReplies((effect, nth) => effect.startsWith('batch') && nth % 2 === 0);
    const losing = await opened.connect({ role: 'losing', effects });
    expect(await workThrough(losing, fence, of, 12)).toMatchObject({ visited: 100, changed: 100 });
    expect(effects.lost.length).toBeGreaterThan(2);
    expect(await visits(opened)).toEqual([{ visits: '1', n: '100' }]);
  });

  it('to the planning gives the partitions that were planned', async () => {
    const { opened, fence, of } = await ready(await database(), 100, { partitions: 2 });
    const effects = losingReplies((effect) => effect.startsWith('plan'));
    const losing = await opened.connect({ role: 'losing', effects });
    expect(await losing.planPartitions(run, fence, of)).toHaveLength(2);
    expect(effects.lost).toEqual(['plan partitions of backfill 1']);
  });
});

everyEngine('workers', (engine, database) => {
  it('of different partitions work side by side', async () => {
    const { opened, connected, fence, of } = await ready(await database(), 1000, { partitions: 2 });
    const parts = await connected.planPartitions(run, fence, of);
    await Promise.all(
      parts.map(async ({ id }) => {
        const own = await opened.connect({ role: id });
        const worker = await own.openPartition(run, fence, of, id);
        while (!(await worker.runBatch(200, 5000)).done);
      }),
    );
    expect(await visits(opened)).toEqual([{ visits: '1', n: '1000' }]);
  });

  it('of the same partition exclude each other until the first is closed', async () => {
    const { opened, connected, fence, of } = await ready(await database(), 100, { partitions: 1 });
    await connected.planPartitions(run, fence, of);
    await connected.openPartition(run, fence, of, first);
    const twin = await opened.connect({ role: 'twin' });
    await expect(twin.openPartition(run, fence, of, first)).rejects.toMatchObject({
      class: 'retryable',
      code: 'partition-busy',
    });
    await connected.close();
    expect((await twin.openPartition(run, fence, of, first)).state).toMatchObject({ done: false });
  });

  it('keep steps out, and steps keep them out', async () => {
    const { opened, connected, fence, of } = await ready(await database(), 100, { partitions: 1 });
    await connected.planPartitions(run, fence, of);
    const worker = await connected.openPartition(run, fence, of, first);
    const stepping = await opened.connect({ role: 'expand-1' });
    const made = step('expand-1', dialects[engine].ddlMode, 'CREATE TABLE made (id int)');
    await expect(stepping.attemptStep(made, attempt(fence))).rejects.toMatchObject({ code: 'target-busy' });
    await worker.runBatch(1000, 5000);
    expect(await stepping.attemptStep(made, attempt(fence))).toMatchObject({ kind: 'done' });
    await opened.query(
      `UPDATE ${dialects[engine].ledger('partition')} SET done = ${engine === 'postgres' ? 'false' : '0'}`,
    );
    const slow = step(
      'expand-2',
      'transaction',
      `UPDATE t SET visits = visits + ${dialects[engine].sleeping(0.1)}`,
    );
    expect(await stepping.attemptStep(slow, attempt(fence, { waitMs: 50 }))).toMatchObject({
      kind: 'running',
    });
    await expect(connected.openPartition(run, fence, of, first)).rejects.toMatchObject({
      code: 'target-busy',
    });
  });

  it('carry on where one that was killed had stopped', async () => {
    const { opened, connected, fence, of } = await ready(await database(), 100, { partitions: 1 });
    await connected.planPartitions(run, fence, of);
    await (await connected.openPartition(run, fence, of, first)).runBatch(30, 5000);
    const next = await opened.connect({ run: 'none', role: 'next' });
    expect(await next.cancelSessions(run, anySignal())).toBeGreaterThan(0);
    const worker = await next.openPartition(run, fence, of, first);
    expect(worker.state).toMatchObject({ rowsVisited: 30, batches: 1 });
    expect(await worker.runBatch(1000, 5000)).toMatchObject({ done: true, rowsVisited: 70 });
    expect(await visits(opened)).toEqual([{ visits: '1', n: '100' }]);
  });
});
