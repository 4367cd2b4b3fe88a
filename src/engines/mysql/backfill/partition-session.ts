import type { PartitionWorker } from '../../../app/ports/engine.ts';
import { FatalError, type RetryableError } from '../../../core/errors.ts';
import type { PartitionId, RunId } from '../../../core/ids.ts';
import type { ColumnBackfill } from '../../../core/plan/plan.ts';
import { fromText, type PartitionRow, type PartitionText } from '../../partition-row.ts';
import { type NextBatch, openWorker, type PartitionSession } from '../../partition-worker.ts';
import { assertFence } from '../ledger/fence.ts';
import { ownBatch } from '../own-batch.ts';
import type { Connection } from '../session/connection.ts';
import { endSessions } from '../session/end-sessions.ts';
import type { OwnSession } from '../session/session.ts';
import { lockPartition, shareTarget, targetBusy, targetHolders } from '../session/target-lock.ts';
import { batchScript } from './batch-script.ts';
import { readPartition } from './read-partitions.ts';

/** Throws what `openWorker` throws. */
export function openPartition(
  connection: Connection,
  runId: RunId,
  fence: number,
  backfill: ColumnBackfill,
  id: PartitionId,
): Promise<PartitionWorker> {
  const openSession = async (): Promise<PartitionSession> => {
    await connection.releaseRole(runId, id);
    const session = await connection.more(runId, id, 'worker');
    return new MySqlPartitionSession({ connection, runId, fence, backfill, id }, session);
  };
  return openWorker({ runId, id, signal: connection.signal, openSession });
}

interface Work {
  readonly connection: Connection;
  readonly runId: RunId;
  readonly fence: number;
  readonly backfill: ColumnBackfill;
  readonly id: PartitionId;
}

class MySqlPartitionSession implements PartitionSession {
  readonly #work: Work;
  readonly #session: OwnSession;
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
    return lockPartition(this.#session, this.#work.runId, this.#work.id);
  }

  async holderOfPartition(): Promise<number | null> {
    const { runId, id } = this.#work;
    const holder = (await targetHolders(this.#session)).find((one) => one.runId === runId && one.role === id);
    return holder?.id ?? null;
  }

  async prepare(): Promise<void> {
    await this.#session.read(`SET ${ownBatch} = 1;\n${assertFence(this.#session, this.#work.fence)}`);
    // Where the server can: every expression sees the row as it was, whatever order the columns are set in.
    if (!this.#work.connection.server.simultaneousAssignment) return;
    await this.#session.read(`SET SESSION sql_mode = CONCAT(@@sql_mode, ',SIMULTANEOUS_ASSIGNMENT')`);
  }

  readRow(): Promise<PartitionRow | null> {
    return readPartition(this.#session, this.#work.runId, this.#work.id);
  }

  async runBatch({ row, upper, rows, timeoutMs }: NextBatch): Promise<PartitionRow> {
    const { runId, fence, backfill, id } = this.#work;
    await this.#limit(timeoutMs);
    const { database } = this.#session;
    const { batches, after } = row;
    const script = batchScript({ database, runId, id, fence, backfill, batches, rows, after, upper });
    const [reply] = await this.#session.write<PartitionText>(`batch of ${id}`, script, undefined, timeoutMs);
    if (reply !== undefined) return fromText(reply);
    throw new FatalError(`partition ${id} is gone from the ledger`, { code: 'no-such-partition' });
  }

  async end(): Promise<void> {
    const { connection } = this.#work;
    await endSessions(connection, [this.#session], connection.signal);
  }

  release(): Promise<void> {
    return this.#work.connection.release(this.#session);
  }

  /**
   * Where the server can end statements of any kind by itself it is told to, in case nobody is there to do it; sent
   * only when it changes: a batch is one round trip.
   */
  async #limit(timeoutMs: number): Promise<void> {
    const { statementTimeLimit } = this.#work.connection.server;
    if (statementTimeLimit === null || timeoutMs === this.#timeoutMs) return;
    await this.#session.read(`SET SESSION ${statementTimeLimit} = ${Math.max(timeoutMs, 1) / 1000}`);
    this.#timeoutMs = timeoutMs;
  }
}
