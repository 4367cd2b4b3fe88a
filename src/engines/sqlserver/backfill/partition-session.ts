import type { PartitionWorker } from '../../../app/ports/engine.ts';
import { FatalError, type RetryableError } from '../../../core/errors.ts';
import type { PartitionId, RunId } from '../../../core/ids.ts';
import type { ColumnBackfill } from '../../../core/plan/plan.ts';
import type { KeyTexts, PartitionRow } from '../../partition-row.ts';
import { type NextBatch, openWorker, type PartitionSession } from '../../partition-worker.ts';
import { ownBatch } from '../keep-current.ts';
import { assertFence } from '../ledger/fence.ts';
import type { SqlValues } from '../session/client.ts';
import type { Connection } from '../session/connection.ts';
import { endSessions } from '../session/end-sessions.ts';
import type { OwnSession } from '../session/session.ts';
import { applicationName } from '../session/tag.ts';
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
    await connection.releaseRole(runId, id, 'worker');
    const session = await connection.more(runId, id, 'worker');
    return new SqlServerPartitionSession({ connection, runId, fence, backfill, id }, session);
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

/** How the partition stands after a batch. */
interface BatchAnswer {
  readonly done: string;
  readonly batches: string;
  readonly visited: string;
  readonly changed: string;
  readonly after: string;
}

/** The server waits for a lock by itself. */
const LOCKED_WITHIN_MS = 1_000;

class SqlServerPartitionSession implements PartitionSession {
  readonly #work: Work;
  readonly #session: OwnSession;

  constructor(work: Work, session: OwnSession) {
    this.#work = work;
    this.#session = session;
  }

  get lost(): boolean {
    return this.#session.lost;
  }

  shareTarget(): Promise<boolean> {
    return shareTarget(this.#session, LOCKED_WITHIN_MS);
  }

  async targetBusy(): Promise<RetryableError> {
    return targetBusy(await targetHolders(this.#session));
  }

  lockPartition(): Promise<boolean> {
    return lockPartition(this.#session, this.#work.id, LOCKED_WITHIN_MS);
  }

  async holderOfPartition(): Promise<number | null> {
    const { runId, id } = this.#work;
    const own = applicationName({ runId, role: id }, 'worker');
    const holder = (await targetHolders(this.#session)).find((one) => one.applicationName === own);
    return holder?.id ?? null;
  }

  async prepare(): Promise<void> {
    await this.#session.read(assertFence, { fence: this.#work.fence });
    await this.#session.read(ownBatch);
  }

  readRow(): Promise<PartitionRow | null> {
    return readPartition(this.#session, this.#work.runId, this.#work.id);
  }

  async runBatch({ row, upper, rows, timeoutMs }: NextBatch): Promise<PartitionRow> {
    const { runId, fence, backfill, id } = this.#work;
    const [answer] = await this.#session.write<BatchAnswer>(
      `batch of ${id}`,
      batchScript(backfill, row.after !== null),
      {
        fence,
        run: runId,
        partition: id,
        batches: row.batches,
        rows,
        ...keyValues('upper', upper),
        ...keyValues('after', row.after ?? []),
      },
      Math.max(1, Math.ceil(timeoutMs)),
    );
    if (answer === undefined) {
      throw new FatalError(`the batch of ${id} was made, and the server did not say how it went`, {
        code: 'no-answer',
        remedy: 'see that nobody has put a trigger on lockkeeper.partition',
      });
    }
    return {
      ...row,
      done: answer.done === '1',
      batches: Number(answer.batches),
      rowsVisited: Number(answer.visited),
      rowsChanged: Number(answer.changed),
      after: JSON.parse(answer.after) as KeyTexts,
    };
  }

  async end(): Promise<void> {
    const { connection } = this.#work;
    await endSessions(connection, [this.#session], connection.signal);
  }

  release(): Promise<void> {
    return this.#work.connection.release(this.#session);
  }
}

/** `upper0`, `upper1` … */
const keyValues = (name: string, texts: KeyTexts): SqlValues =>
  Object.fromEntries(texts.map((text, index) => [`${name}${index}`, text]));
