import type { PartitionWorker } from '../../../app/ports/engine.ts';
import { RetryableError } from '../../../core/errors.ts';
import type { PartitionId, RunId } from '../../../core/ids.ts';
import type { Backfill } from '../../../core/plan/plan.ts';
import type { KeyTexts, PartitionRow } from '../../partition-row.ts';
import { type NextBatch, openWorker, type PartitionSession } from '../../partition-worker.ts';
import { ownBatch } from '../keep-current.ts';
import type { Connection } from '../session/connection.ts';
import { endSessions } from '../session/end-sessions.ts';
import type { OwnSession } from '../session/session.ts';
import { lockPartition, shareTarget, targetBusy, targetHolders } from '../session/target-lock.ts';
import { batchFunction } from './batch-function.ts';
import { readPartition } from './read-partitions.ts';

/** Throws what `openWorker` throws. */
export function openPartition(
  connection: Connection,
  runId: RunId,
  fence: number,
  backfill: Backfill,
  id: PartitionId,
): Promise<PartitionWorker> {
  const openSession = async (): Promise<PartitionSession> => {
    await connection.releaseRole(runId, id);
    const session = await connection.more(runId, id, 'worker');
    return new PostgresPartitionSession({ connection, runId, fence, backfill, id }, session);
  };
  return openWorker({ runId, id, signal: connection.signal, openSession });
}

/**
 * Rows that are carried are held until the batch ends, and one of their writers may hold another that the batch
 * wants: it gives up well before the server would look for a deadlock (a second) and end one of the two.
 */
const carryLockTimeoutMs = 200;

interface Work {
  readonly connection: Connection;
  readonly runId: RunId;
  readonly fence: number;
  readonly backfill: Backfill;
  readonly id: PartitionId;
}

/** How the partition stands after a batch. */
export interface BatchAnswer {
  readonly done: boolean;
  readonly batches: number;
  readonly visited: number;
  readonly changed: number;
  readonly after: KeyTexts;
}

export const rowAfter = (row: PartitionRow, { visited, changed, ...answer }: BatchAnswer): PartitionRow => ({
  ...row,
  ...answer,
  rowsVisited: visited,
  rowsChanged: changed,
});

export const movedOn = (id: PartitionId): RetryableError =>
  new RetryableError(`partition ${id} was moved on by another worker`, { code: 'partition-moved' });

class PostgresPartitionSession implements PartitionSession {
  readonly #work: Work;
  readonly #session: OwnSession;
  /** Functions that the session has. */
  readonly #created = new Set<string>();
  #timeoutMs = -1;

  constructor(work: Work, session: OwnSession) {
    this.#work = work;
    this.#session = session;
  }

  get lost(): boolean {
    return this.#session.lost;
  }

  shareTarget(): Promise<boolean> {
    return shareTarget(this.#session);
  }

  async targetBusy(): Promise<RetryableError> {
    return targetBusy(await targetHolders(this.#session));
  }

  lockPartition(): Promise<boolean> {
    return lockPartition(this.#session, this.#work.id);
  }

  async holderOfPartition(): Promise<number | null> {
    const { applicationName: own } = this.#session;
    const holder = (await targetHolders(this.#session)).find((one) => one.applicationName === own);
    return holder?.pid ?? null;
  }

  async prepare(): Promise<void> {
    await this.#session.read(
      `SELECT lockkeeper.assert_fence($1), set_config('synchronous_commit', 'off', false),
              set_config('${ownBatch}', 'on', false)`,
      [this.#work.fence],
    );
    if (this.#work.backfill.carries !== undefined)
      await this.#session.read(`SELECT set_config('lock_timeout', $1, false)`, [String(carryLockTimeoutMs)]);
  }

  readRow(): Promise<PartitionRow | null> {
    return readPartition(this.#session, this.#work.runId, this.#work.id);
  }

  async runBatch({ row, upper, rows, timeoutMs }: NextBatch): Promise<PartitionRow> {
    const { runId, fence, backfill, id } = this.#work;
    await this.#limit(timeoutMs);
    const { create, call } = batchFunction(backfill, row.after !== null);
    if (!this.#created.has(call.name)) {
      await this.#session.read(create);
      this.#created.add(call.name);
    }
    const values = [fence, runId, id, row.batches, rows, upper, row.after];
    const [reply] = await this.#session.writePrepared<{ answer: string | null }>(
      `batch of ${id}`,
      call,
      values,
    );
    if (reply === undefined || reply.answer === null) throw movedOn(id);
    return rowAfter(row, JSON.parse(reply.answer) as BatchAnswer);
  }

  async end(): Promise<void> {
    const { connection } = this.#work;
    await endSessions(connection, [this.#session], connection.signal);
  }

  release(): Promise<void> {
    return this.#work.connection.release(this.#session);
  }

  /** Sent only when it changes: a batch is one round trip. */
  async #limit(timeoutMs: number): Promise<void> {
    const limit = Math.max(1, Math.ceil(timeoutMs));
    if (limit === this.#timeoutMs) return;
    await this.#session.read(`SELECT set_config('statement_timeout', $1, false)`, [String(limit)]);
    this.#timeoutMs = limit;
  }
}
