import type { BatchOutcome, PartitionState, PartitionWorker } from '../../../app/ports/engine.ts';
import { AmbiguousError, FatalError, type LockkeeperError, RetryableError } from '../../../core/errors.ts';
import type { PartitionId, RunId } from '../../../core/ids.ts';
import type { Backfill } from '../../../core/plan/plan.ts';
import { ownBatch } from '../keep-current.ts';
import { assertFence } from '../ledger/fence.ts';
import type { SqlValues } from '../session/client.ts';
import type { Connection } from '../session/connection.ts';
import { endSessions } from '../session/end-sessions.ts';
import type { OwnSession } from '../session/session.ts';
import { applicationName } from '../session/tag.ts';
import { lockPartition, shareTarget, targetBusy, targetHolders } from '../session/target-lock.ts';
import { batchScript } from './batch-script.ts';
import { type KeyTexts, type PartitionRow, readPartition, stateOf } from './partition-row.ts';

/** The locks of a session that has just ended are free a moment later. */
const LOCKED_WITHIN_MS = 1_000;

/**
 * Opens a worker's own session under the target's shared lock and the partition's exclusive one.
 * Throws RetryableError when another worker has the partition or a step has the target, StaleFenceError,
 * FatalError for an unknown partition.
 */
export async function openPartition(
  connection: Connection,
  runId: RunId,
  fence: number,
  backfill: Backfill,
  id: PartitionId,
): Promise<PartitionWorker> {
  const worker = new Worker(connection, runId, fence, backfill, id);
  await worker.open();
  return worker;
}

/** How the partition stands after a batch. */
interface BatchAnswer {
  readonly done: string;
  readonly batches: string;
  readonly visited: string;
  readonly changed: string;
  readonly after: string;
}

class Worker implements PartitionWorker {
  readonly #connection: Connection;
  readonly #runId: RunId;
  readonly #fence: number;
  readonly #backfill: Backfill;
  readonly #id: PartitionId;
  #open: { readonly session: OwnSession; readonly row: PartitionRow } | null = null;

  constructor(connection: Connection, runId: RunId, fence: number, backfill: Backfill, id: PartitionId) {
    this.#connection = connection;
    this.#runId = runId;
    this.#fence = fence;
    this.#backfill = backfill;
    this.#id = id;
  }

  get state(): PartitionState {
    return stateOf(this.#opened().row);
  }

  async open(): Promise<void> {
    await this.#connection.releaseRole(this.#runId, this.#id, 'worker');
    const session = await this.#connection.more(this.#runId, this.#id, 'worker');
    try {
      await this.#lock(session);
      await session.read(assertFence, { fence: this.#fence });

      await session.read(ownBatch);
      await this.#stand(session, await this.#read(session));
    } catch (error) {
      await this.#connection.release(session);
      throw error;
    }
  }

  async runBatch(rows: number, timeoutMs: number): Promise<BatchOutcome> {
    if (!this.#opened().row.done && this.#opened().session.lost) await this.open();
    const { session, row } = this.#opened();
    if (row.done || row.upper === null) {
      return { done: true, rowsVisited: 0, rowsChanged: 0, total: stateOf(row) };
    }
    try {
      return await this.#batch(session, row, row.upper, rows, timeoutMs);
    } catch (error) {
      if (error instanceof AmbiguousError) return this.#settle(session, row, error);
      throw error;
    }
  }

  async #batch(
    session: OwnSession,
    row: PartitionRow,
    upper: KeyTexts,
    rows: number,
    timeoutMs: number,
  ): Promise<BatchOutcome> {
    const [answer] = await session.write<BatchAnswer>(
      `batch of ${this.#id}`,
      batchScript(this.#backfill, row.after !== null),
      {
        fence: this.#fence,
        run: this.#runId,
        partition: this.#id,
        batches: row.batches,
        rows: Math.max(1, Math.floor(rows)),
        ...keyValues('upper', upper),
        ...keyValues('after', row.after ?? []),
      },
      Math.max(1, Math.ceil(timeoutMs)),
    );
    if (answer === undefined) {
      throw new FatalError(`the batch of ${this.#id} was made, and the server did not say how it went`, {
        code: 'no-answer',
        remedy: 'see that nobody has put a trigger on lockkeeper.partition',
      });
    }
    return this.#advance({
      ...row,
      done: answer.done === '1',
      batches: Number(answer.batches),
      rowsVisited: Number(answer.visited),
      rowsChanged: Number(answer.changed),
      after: JSON.parse(answer.after) as KeyTexts,
    });
  }

  /** Takes over where the partition now stands; what lies between is the batch. */
  async #advance(now: PartitionRow): Promise<BatchOutcome> {
    const { session, row: before } = this.#opened();
    await this.#stand(session, now);
    return {
      done: now.done,
      rowsVisited: now.rowsVisited - before.rowsVisited,
      rowsChanged: now.rowsChanged - before.rowsChanged,
      total: stateOf(now),
    };
  }

  /**
   * The reply was lost: the old session is ended, so that the batch either is committed or never will be,
   * and the checkpoint says which.
   */
  async #settle(lost: OwnSession, before: PartitionRow, cause: LockkeeperError): Promise<BatchOutcome> {
    try {
      await endSessions(this.#connection, [lost], this.#connection.signal);
      await this.open();
    } catch (error) {
      if (error instanceof FatalError) throw error;
      throw new AmbiguousError(
        `partition ${this.#id}: the reply to a batch was lost and the checkpoint is out of reach`,
        {
          code: 'connection-lost',
          cause: error,
        },
      );
    }
    const now = this.#opened().row;
    if (now.batches === before.batches) {
      throw new RetryableError(
        `partition ${this.#id}: the connection was lost before the batch was committed`,
        {
          code: 'connection-lost',
          cause,
        },
      );
    }
    this.#open = { session: this.#opened().session, row: before };
    return this.#advance(now);
  }

  /** Remembers where the partition stands; what is done needs no session and no locks. */
  async #stand(session: OwnSession, row: PartitionRow): Promise<void> {
    this.#open = { session, row };
    if (row.done) await this.#connection.release(session);
  }

  async #lock(session: OwnSession): Promise<void> {
    const own = applicationName({ runId: this.#runId, role: this.#id }, 'worker');
    if (!(await shareTarget(session, LOCKED_WITHIN_MS))) throw targetBusy(await targetHolders(session));
    if (await lockPartition(session, this.#id, LOCKED_WITHIN_MS)) return;
    const holder = (await targetHolders(session)).find((one) => one.applicationName === own);
    throw new RetryableError(
      `partition ${this.#id} is being worked on${holder === undefined ? '' : ` by session ${holder.id}`}`,
      { code: 'partition-busy', remedy: 'nothing: the other worker carries on' },
    );
  }

  async #read(session: OwnSession): Promise<PartitionRow> {
    const row = await readPartition(session, this.#runId, this.#id);
    if (row !== null) return row;
    throw new FatalError(`run ${this.#runId} has no partition ${this.#id}`, { code: 'no-such-partition' });
  }

  #opened(): { readonly session: OwnSession; readonly row: PartitionRow } {
    if (this.#open === null) throw new FatalError(`partition ${this.#id} is not open`, { code: 'not-open' });
    return this.#open;
  }
}

/** `upper0`, `upper1` … */
const keyValues = (name: string, texts: KeyTexts): SqlValues =>
  Object.fromEntries(texts.map((text, index) => [`${name}${index}`, text]));
