import type { PartitionWorker } from '../../../app/ports/engine.ts';
import { AmbiguousError, FatalError, RetryableError } from '../../../core/errors.ts';
import type { PartitionId, RunId } from '../../../core/ids.ts';
import type { Backfill, ColumnBackfill, RowDeletion } from '../../../core/plan/plan.ts';
import type { PartitionRow } from '../../partition-row.ts';
import { type NextBatch, openWorker, type PartitionSession } from '../../partition-worker.ts';
import { batchBlock, blockAnswer } from '../backfill/batch-function.ts';
import { type BatchAnswer, movedOn, rowAfter } from '../backfill/partition-session.ts';
import { readPartition } from '../backfill/read-partitions.ts';
import { ownBatch } from '../keep-current.ts';
import { endSessions, sessionsNamed } from '../session/end-sessions.ts';
import { applicationName } from '../session/tag.ts';
import {
  lockPartitionToCommit,
  shareTargetToCommit,
  targetBusy,
  targetHolders,
} from '../session/target-lock.ts';
import type { DataApiLink } from './data-api-link.ts';
import type { Transaction } from './transaction.ts';

/** Throws what `openWorker` throws; FatalError for rows that are carried into another table. */
export async function openPartition(
  link: DataApiLink,
  runId: RunId,
  fence: number,
  backfill: Backfill,
  id: PartitionId,
): Promise<PartitionWorker> {
  if (backfill.carries !== undefined) {
    throw new FatalError('a table is not replaced over the Data API', { code: 'out-of-reach' });
  }
  const work = { link, runId, fence, backfill, id };
  const openSession = async (): Promise<PartitionSession> => new DataApiPartition(work);
  return openWorker({ runId, id, signal: link.signal, openSession });
}

interface Work {
  readonly link: DataApiLink;
  readonly runId: RunId;
  readonly fence: number;
  readonly backfill: ColumnBackfill | RowDeletion;
  readonly id: PartitionId;
}

/**
 * The locks are taken by each batch in its own transaction and are free between two: whoever changes the target in
 * between takes a new fence, which ends this worker, or is a worker of the same partition, which moves it on.
 */
class DataApiPartition implements PartitionSession {
  readonly #work: Work;
  #lost = false;

  constructor(work: Work) {
    this.#work = work;
  }

  get lost(): boolean {
    return this.#lost;
  }

  shareTarget(): Promise<boolean> {
    return this.#within('share the target', shareTargetToCommit);
  }

  async targetBusy(): Promise<RetryableError> {
    return targetBusy(await targetHolders(this.#work.link));
  }

  lockPartition(): Promise<boolean> {
    return this.#within('lock the partition', (transaction) =>
      lockPartitionToCommit(transaction, this.#work.id),
    );
  }

  async holderOfPartition(): Promise<number | null> {
    return (await this.#sessions())[0]?.pid ?? null;
  }

  async prepare(): Promise<void> {
    await this.#work.link.read('SELECT lockkeeper.assert_fence($1)', [this.#work.fence]);
  }

  readRow(): Promise<PartitionRow | null> {
    return readPartition(this.#work.link, this.#work.runId, this.#work.id);
  }

  async runBatch({ row, upper, rows, timeoutMs }: NextBatch): Promise<PartitionRow> {
    const { runId, fence, backfill, id } = this.#work;
    const { batches, after } = row;
    const block = batchBlock(backfill, { fence, run: runId, partition: id, batches, rows, upper, after });
    const batch = async (transaction: Transaction): Promise<PartitionRow> => {
      if (!(await shareTargetToCommit(transaction))) throw await this.targetBusy();
      if (!(await lockPartitionToCommit(transaction, id))) throw busy(id);
      await transaction.write(`batch of ${id}`, block);
      const [reply] = await transaction.read<{ answer: string | null }>(
        `SELECT pg_catalog.current_setting('${blockAnswer}', true) AS answer`,
      );
      const answer = reply?.answer ?? '';
      if (answer === '') throw movedOn(id);
      return rowAfter(row, JSON.parse(answer) as BatchAnswer);
    };
    try {
      return await this.#within(`batch of ${id}`, batch, timeoutMs);
    } catch (error) {
      this.#lost ||= error instanceof AmbiguousError;
      throw error;
    }
  }

  /** Also one whose commit is still on its way to the server. */
  async end(): Promise<void> {
    const { link } = this.#work;
    await endSessions(link, await this.#sessions(), link.signal);
  }

  async release(): Promise<void> {
    // Nothing is held between two batches.
  }

  #within<Result>(
    effect: string,
    work: (transaction: Transaction) => Promise<Result>,
    timeoutMs = 10_000,
  ): Promise<Result> {
    const { link, runId, id } = this.#work;
    const tag = { runId, role: id };
    return link.within(effect, tag, work, {
      ...link.workerSettings(tag, timeoutMs),
      synchronous_commit: 'off',
      [ownBatch]: 'on',
    });
  }

  async #sessions() {
    const { link, runId, id } = this.#work;
    const name = applicationName({ runId, role: id });
    return (await sessionsNamed(link, name, [])).filter((session) => session.applicationName === name);
  }
}

const busy = (id: PartitionId): RetryableError =>
  new RetryableError(`partition ${id} is being worked on`, {
    code: 'partition-busy',
    remedy: 'nothing: the other worker carries on',
  });
