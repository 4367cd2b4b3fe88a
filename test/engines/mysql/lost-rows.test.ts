import { expect, it } from 'vitest';
import type { Database } from '../../../src/app/ports/engine.ts';
import { partitionId, runId } from '../../../src/core/ids.ts';
import type { Backfill, ColumnBackfill, Step } from '../../../src/core/plan/plan.ts';
import { keepCurrent } from '../../../src/engines/mysql/keep-current.ts';
import { attempt, backfill, enter, step, until, workThrough } from '../postgres/support.ts';
import { everyMysql } from './support.ts';

const run = runId('run-1');
const done = { kind: 'done', alreadyDone: false };

/** A step as the author wrote it: he accepts the copy. */
const copying = (actions: string): Step =>
  step('expand-1', 'alone', `ALTER TABLE t ${actions}, ALGORITHM=COPY`);

async function along(
  connected: Database,
  set: ColumnBackfill['set'],
  changed: Partial<ColumnBackfill> = {},
): Promise<Backfill> {
  const facts = (await connected.facts(['t'])).tables.t;
  return backfill(facts?.table ?? '', facts?.keys[0]?.columns ?? [], { set, partitions: 1, ...changed });
}

everyMysql('rows that other tools have lost or changed', (_kind, database) => {
  it.each([
    [
      'a new unique key that rows break',
      [
        'CREATE TABLE t (id int PRIMARY KEY, name varchar(9))',
        `INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'a')`,
      ],
      'ADD UNIQUE (name)',
    ],
    [
      'a collation in which keys are the same',
      [
        'CREATE TABLE t (name varchar(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PRIMARY KEY)',
        `INSERT INTO t VALUES ('a'), ('A'), ('á')`,
      ],
      'CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci',
    ],
    [
      'a type that is too short',
      ['CREATE TABLE t (id int PRIMARY KEY, s varchar(10))', `INSERT INTO t VALUES (1, '12345678')`],
      'MODIFY s varchar(5)',
    ],
    [
      'a date that is none',
      [
        'CREATE TABLE t (id int PRIMARY KEY, d datetime, n int)',
        `SET SESSION sql_mode = ''`,
        `INSERT INTO t VALUES (1, '0000-00-00', 1)`,
      ],
      'MODIFY d timestamp NOT NULL',
    ],
    [
      'an instant that the type does not hold',
      ['CREATE TABLE t (id int PRIMARY KEY, d datetime)', `INSERT INTO t VALUES (1, '1969-03-29 02:30:00')`],
      'MODIFY d timestamp NULL',
    ],
  ])('are kept, and the step refused, at %s', async (_what, made, actions) => {
    const opened = await database();
    await opened.query(...made);
    const before = await opened.query('SELECT * FROM t');
    const connected = await opened.connect();
    const fence = await enter(connected);
    await expect(connected.attemptStep(copying(actions), attempt(fence))).rejects.toMatchObject({
      class: 'fatal',
    });
    expect(await opened.query('SELECT * FROM t')).toEqual(before);
    expect(await connected.journal(run)).toEqual([]);
  });

  it('keep the number 0 when their key begins to count by itself', async () => {
    const opened = await database();
    await opened.query('CREATE TABLE t (id int PRIMARY KEY, n int)', 'INSERT INTO t VALUES (0, 1), (5, 2)');
    const connected = await opened.connect();
    const fence = await enter(connected);
    expect(await connected.attemptStep(copying('MODIFY id int AUTO_INCREMENT'), attempt(fence))).toEqual(
      done,
    );
    expect(await opened.query('SELECT id FROM t ORDER BY id')).toEqual([{ id: '0' }, { id: '5' }]);
  });

  it('keep the same instants whatever the zone of the application', async () => {
    const opened = await database();
    await opened.query(
      'CREATE TABLE t (id int PRIMARY KEY, d timestamp NULL)',
      `SET time_zone = '+02:00'`,
      `INSERT INTO t VALUES (1, '2026-10-25 02:30:00'), (2, '2026-10-25 03:30:00')`,
    );
    const connected = await opened.connect();
    const fence = await enter(connected);
    expect(await connected.attemptStep(copying('MODIFY d datetime'), attempt(fence))).toEqual(done);
    expect(await opened.query('SELECT CAST(d AS CHAR) AS d FROM t ORDER BY id')).toEqual([
      { d: '2026-10-25 00:30:00' },
      { d: '2026-10-25 01:30:00' },
    ]);
  });

  it('are changed by a backfill in the columns that it sets and in no other, to the byte', async () => {
    const opened = await database();
    await opened.query(
      `SET SESSION sql_mode = ''`,
      `CREATE TABLE t (id bigint unsigned PRIMARY KEY, empty_bytes blob, bytes varbinary(4), one bit(1), all_ones bit(64),
         doc json, none datetime, kind enum('b', 'a'), n int, s int AS (n + 1) STORED UNIQUE, done int)`,
      `INSERT INTO t (id, empty_bytes, bytes, one, all_ones, doc, none, kind, n) VALUES
         (18446744073709551615, '', X'00', b'1', b'${'1'.repeat(64)}',
          JSON_OBJECT('a', CAST(169.09 AS DECIMAL(12,6))), '0000-00-00', 'a', 7)`,
    );
    const others = `SELECT id, HEX(empty_bytes) AS e, HEX(bytes) AS y, HEX(one) AS o, HEX(all_ones) AS l,
      CAST(doc AS CHAR) AS j, CAST(none AS CHAR) AS z, kind + 0 AS k, n, s FROM t`;
    const before = await opened.query(others);
    const connected = await opened.connect();
    const fence = await enter(connected);
    const of = await along(connected, { done: 'n * 2' });
    expect(await workThrough(connected, fence, of, 10)).toMatchObject({ changed: 1 });
    expect(await opened.query(others)).toEqual(before);
    expect(await opened.query('SELECT done FROM t')).toEqual([{ done: '14' }]);
  });

  it('are there once, with their value, when their key changes in the middle', async () => {
    const opened = await database();
    await opened.query(
      'CREATE TABLE t (id int PRIMARY KEY, n int, twice int)',
      'INSERT INTO t (id, n) VALUES (1, 1), (2, 2), (3, 3), (4, 4), (5, 5)',
    );
    const set = { twice: 'n * 2' };
    const kept = await keepCurrent({ ordinal: 0, version: '1', table: 't', set, where: 'twice IS NULL' });
    await opened.query(...kept.install.map(({ text }) => text));
    const connected = await opened.connect();
    const fence = await enter(connected);
    const of = await along(connected, set, { where: 'twice IS NULL' });
    await connected.planPartitions(run, fence, of);
    const worker = await connected.openPartition(run, fence, of, partitionId(0, 0));
    await worker.runBatch(2, 10_000);
    await opened.query(
      'UPDATE t SET id = id + 1000000 WHERE id = 5',
      'DELETE FROM t WHERE id = 4',
      'UPDATE t SET n = 30 WHERE id = 3',
    );
    while (!(await worker.runBatch(2, 10_000)).done);
    expect(await opened.query('SELECT id, twice FROM t ORDER BY id')).toEqual([
      { id: '1', twice: '2' },
      { id: '2', twice: '4' },
      { id: '3', twice: '60' },
      { id: '1000005', twice: '10' },
    ]);
  });

  it('are as before when the checkpoint of their batch cannot be written', async () => {
    const opened = await database();
    await opened.query(
      'CREATE TABLE t (id int PRIMARY KEY, n int)',
      'INSERT INTO t VALUES (1, 0), (2, 0), (3, 0)',
    );
    const connected = await opened.connect();
    const fence = await enter(connected);
    const of = await along(connected, { n: 'n + 1' });
    await connected.planPartitions(run, fence, of);
    const worker = await connected.openPartition(run, fence, of, partitionId(0, 0));
    await opened.query(
      `CREATE TRIGGER refusing BEFORE UPDATE ON lockkeeper_partition FOR EACH ROW
       SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no checkpoint'`,
    );
    await expect(worker.runBatch(2, 10_000)).rejects.toThrow('no checkpoint');
    expect(await opened.query('SELECT SUM(n) AS s FROM t')).toEqual([{ s: '0' }]);
    await opened.query('DROP TRIGGER refusing');
    while (!(await worker.runBatch(2, 10_000)).done);
    expect(await opened.query('SELECT COUNT(*) AS c FROM t WHERE n = 1')).toEqual([{ c: '3' }]);
  });

  it('are not reported as done by a batch that a deadlock has undone', async () => {
    const opened = await database();
    await opened.query(
      'CREATE TABLE t (id int PRIMARY KEY, n int)',
      `INSERT INTO t VALUES ${Array.from({ length: 100 }, (_, index) => `(${index + 1}, 0)`).join(', ')}`,
    );
    const connected = await opened.connect();
    const fence = await enter(connected);
    const of = await along(connected, { n: 'n + 1' });
    await connected.planPartitions(run, fence, of);
    const worker = await connected.openPartition(run, fence, of, partitionId(0, 0));
    const writer = await opened.client();
    await writer.query('BEGIN');
    // More than the batch has changed, so that it is the batch that the server undoes.
    await writer.query('UPDATE t SET n = 100 WHERE id > 10');
    const batch = worker.runBatch(50, 10_000).catch((error: unknown) => error);
    await until('the batch waits', async () => {
      const waiting = await opened.query(
        `SELECT 1 FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'
         AND trx_query LIKE CONCAT('%', DATABASE(), '%')`,
      );
      return waiting.length > 0;
    });
    await writer.query('UPDATE t SET n = 100 WHERE id <= 10');
    expect(await batch).toMatchObject({ class: 'retryable', code: 'deadlock' });
    await writer.query('COMMIT');
    expect(await connected.partitions(run)).toMatchObject([{ done: false, rowsVisited: 0, batches: 0 }]);
    expect(await opened.query('SELECT COUNT(*) AS c FROM t WHERE n = 100')).toEqual([{ c: '100' }]);
    while (!(await worker.runBatch(50, 10_000)).done);
    expect(await opened.query('SELECT COUNT(*) AS c FROM t WHERE n = 101')).toEqual([{ c: '100' }]);
  });
});
