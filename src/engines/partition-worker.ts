import type { BatchOutcome, PartitionState, PartitionWorker } from '../app/ports/engine.ts';
import { AmbiguousError, FatalError, type LockkeeperError, RetryableError } from '../core/errors.ts';
import type { PartitionId, RunId } from '../core/ids.ts';
import { type KeyTexts, type PartitionRow, stateOf } from './partition-row.ts';
import { poll } from './pause.ts';

/** The locks of a session that has just ended are free a moment later. */
const LOCKED_WITHIN_MS = 1_000;
const ASK_EVERY_MS = 50;

/** What is asked of the server for the next batch. */
export interface NextBatch {
  /** Where the partition is believed to stand. */
  readonly row: PartitionRow;
  readonly upper: KeyTexts;
  /** A whole number, 1 at least. */
  readonly rows: number;
  readonly timeoutMs: number;
}

/** A worker's session on the server, and what an engine does for the worker in it. */
export interface PartitionSession {
  /** The connection is gone; every further call fails. */
  readonly lost: boolean;
  /** True when the session now holds the target together with other workers. */
  shareTarget(): Promise<boolean>;
  /** What to throw when the target is held by others. */
  targetBusy(): Promise<RetryableError>;
  /** True when the session now works on the partition alone. */
  lockPartition(): Promise<boolean>;
  /** The server's number of the session that works on the partition; null when it is not seen (any more). */
  holderOfPartition(): Promise<number | null>;
  /** Makes the session ready for batches. Throws StaleFenceError. */
  prepare(): Promise<void>;
  /** Where the partition stands; null when the run has no such partition. */
  readRow(): Promise<PartitionRow | null>;
  /**
   * Changes rows, moves the cursor and commits, in one round trip; returns where the partition stands now. Throws
   * RetryableError `partition-moved` when it stood elsewhere, AmbiguousError when the reply was lost.
   */
  runBatch(batch: NextBatch): Promise<PartitionRow>;
  /** Ends it over another session: from then on its batch either is committed or never will be. */
  end(): Promise<void>;
  /** Gives it back with its locks. */
  release(): Promise<void>;
}

/** The partition that is worked through, and how its worker comes by a session. */
export interface PartitionWork {
  readonly runId: RunId;
  readonly id: PartitionId;
  readonly signal: AbortSignal;
  /** Opens a session of the worker's own, in the place of one that this process had for it before. */
  openSession(): Promise<PartitionSession>;
}

/**
 * Opens a worker's own session under the target's shared lock and the partition's exclusive one.
 * Throws RetryableError when another worker has the partition or a step has the target, StaleFenceError,
 * FatalError for an unknown partition.
 */
export async function openWorker(work: PartitionWork): Promise<PartitionWorker> {
  const worker = new Worker(work);
  await worker.open();
  return worker;
}

class Worker implements PartitionWorker {
  readonly #work: PartitionWork;
  #open: { readonly session: PartitionSession; readonly row: PartitionRow } | null = null;

  constructor(work: PartitionWork) {
    this.#work = work;
  }

  get state(): PartitionState {
    return stateOf(this.#opened().row);
  }

  async open(): Promise<void> {
    const session = await this.#work.openSession();
    try {
      await this.#lock(session);
      await session.prepare();
      await this.#stand(session, await this.#read(session));
    } catch (error) {
      await session.release();
      throw error;
    }
  }

  async runBatch(rows: number, timeoutMs: number): Promise<BatchOutcome> {
    if (!this.#opened().row.done && this.#opened().session.lost) await this.open();
    const { session, row } = this.#opened();
    const { upper } = row;
    if (row.done || upper === null) {
      return { done: true, rowsVisited: 0, rowsChanged: 0, total: stateOf(row) };
    }
    try {
      const now = await session.runBatch({ row, upper, rows: Math.max(1, Math.floor(rows)), timeoutMs });
      await this.#stand(session, now);
      return outcome(row, now);
    } catch (error) {
      if (error instanceof AmbiguousError) return this.#settle(session, row, error);
      throw error;
    }
  }

  /** The reply was lost: once the old session is ended, the checkpoint says whether the batch was committed. */
  async #settle(lost: PartitionSession, before: PartitionRow, cause: LockkeeperError): Promise<BatchOutcome> {
    const { id } = this.#work;
    try {
      await lost.end();
      await this.open();
    } catch (error) {
      if (error instanceof FatalError) throw error;
      throw new AmbiguousError(
        `partition ${id}: the reply to a batch was lost and the checkpoint is out of reach`,
        { code: 'connection-lost', cause: error },
      );
    }
    const now = this.#opened().row;
    if (now.batches === before.batches) {
      throw new RetryableError(`partition ${id}: the connection was lost before the batch was committed`, {
        code: 'connection-lost',
        cause,
      });
    }
    return outcome(before, now);
  }

  /** Remembers where the partition stands; what is done needs no session and no locks. */
  async #stand(session: PartitionSession, row: PartitionRow): Promise<void> {
    this.#open = { session, row };
    if (row.done) await session.release();
  }

  async #lock(session: PartitionSession): Promise<void> {
    if (!(await this.#granted(() => session.shareTarget()))) throw await session.targetBusy();
    if (await this.#granted(() => session.lockPartition())) return;
    const holder = await session.holderOfPartition();
    throw new RetryableError(
      `partition ${this.#work.id} is being worked on${holder === null ? '' : ` by session ${holder}`}`,
      { code: 'partition-busy', remedy: 'nothing: the other worker carries on' },
    );
  }

  async #granted(ask: () => Promise<boolean>): Promise<boolean> {
    const { signal } = this.#work;
    return (await poll(async () => (await ask()) || null, LOCKED_WITHIN_MS, ASK_EVERY_MS, signal)) !== null;
  }

  async #read(session: PartitionSession): Promise<PartitionRow> {
    const row = await session.readRow();
    if (row !== null) return row;
    const { runId, id } = this.#work;
    throw new FatalError(`run ${runId} has no partition ${id}`, { code: 'no-such-partition' });
  }

  #opened(): { readonly session: PartitionSession; readonly row: PartitionRow } {
    if (this.#open !== null) return this.#open;
    throw new FatalError(`partition ${this.#work.id} is not open`, { code: 'not-open' });
  }
}

/** What lies between two stands of a partition is the batch. */
const outcome = (before: PartitionRow, now: PartitionRow): BatchOutcome => ({
  done: now.done,
  rowsVisited: now.rowsVisited - before.rowsVisited,
  rowsChanged: now.rowsChanged - before.rowsChanged,
  total: stateOf(now),
});
