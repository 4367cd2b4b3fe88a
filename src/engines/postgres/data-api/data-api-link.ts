import type { DataApi, DataApiPlace } from '../../../app/ports/data-api.ts';
import type { Effects } from '../../../app/ports/effects.ts';
import type { SessionTag } from '../../../app/ports/engine.ts';
import { AmbiguousError } from '../../../core/errors.ts';
import { repeatOnce } from '../../repeat.ts';
import type { Link } from '../session/link.ts';
import { oneSnapshot, type Session, type SqlValue } from '../session/session.ts';
import { transactionSettings } from '../session/settings.ts';
import { applicationName } from '../session/tag.ts';
import { asText, rowsFrom } from './text-rows.ts';
import { aborted, isTooLarge, type Over, rowsOf, Transaction } from './transaction.ts';
import { named } from './values.ts';

/**
 * Milliseconds. Below the 45 s of the Data API, so that the server ends a statement and says so. A transaction that
 * its client has left idle keeps its locks no longer than this, where the Data API would grant it three minutes.
 */
const limits = { statement_timeout: '40000', idle_in_transaction_session_timeout: '10000' };

/**
 * The way to one database over the Data API: each statement in a transaction of its own, which sets for itself what a
 * session would keep.
 */
export class DataApiLink implements Link {
  readonly signal: AbortSignal;
  readonly effects: Effects;
  readonly #tag: SessionTag;
  readonly #over: Over;

  constructor(api: DataApi, place: DataApiPlace, tag: SessionTag, signal: AbortSignal, effects: Effects) {
    this.signal = signal;
    this.effects = effects;
    this.#tag = tag;
    this.#over = { api, place, signal };
  }

  get runId(): SessionTag['runId'] {
    return this.#tag.runId;
  }

  read<Row>(sql: string, values?: readonly SqlValue[]): Promise<readonly Row[]> {
    return this.#ask((transaction) => transaction.read<Row>(sql, values)).catch((error: unknown) => {
      if (!isTooLarge(error)) throw error;
      return this.#ask((transaction) => transaction.readInParts<Row>(sql, values));
    });
  }

  /** For the server's own views, whose answers wait for no lock: one call, in no transaction. */
  readonly looks: Pick<Session, 'read'> = {
    read: async <Row>(sql: string, values?: readonly SqlValue[]) => {
      const { api, place, signal } = this.#over;
      const answer = await api.execute(place, named(asText(sql), values), signal);
      const pieces = rowsOf(answer, 'read', 0);
      return rowsFrom<Row>(pieces.map(({ piece }) => piece).join(''));
    },
  };

  readSnapshot<Row>(settings: Readonly<Record<string, string>>, sql: string): Promise<readonly Row[]> {
    return this.#ask((transaction) => transaction.readSnapshot<Row>(settings, sql), oneSnapshot);
  }

  readOnly<Row>(query: string): Promise<readonly Row[]> {
    return this.#ask((transaction) => transaction.readInParts<Row>(query), oneSnapshot);
  }

  write<Row>(effect: string, sql: string, values?: readonly SqlValue[]): Promise<readonly Row[]> {
    return this.within(effect, this.#tag, (transaction) => transaction.write<Row>(effect, sql, values));
  }

  transact(effect: string, statements: readonly string[]): Promise<void> {
    return this.within(effect, this.#tag, (transaction) => transaction.transact(effect, statements));
  }

  /** Runs `work` in a transaction and commits it, as the effect called `effect`. */
  async within<Result>(
    effect: string,
    tag: SessionTag,
    work: (transaction: Transaction) => Promise<Result>,
    settings = this.#settings('ordinary', tag),
  ): Promise<Result> {
    return this.#effect(effect, async () => {
      const transaction = await Transaction.begin(this.#over, settings);
      let result: Result;
      try {
        result = await work(transaction);
      } catch (error) {
        await transaction.rollBack();
        throw error;
      }
      await transaction.commit();
      return result;
    });
  }

  /** The settings of a transaction of a backfill's worker, its statements limited to `timeoutMs`. */
  workerSettings(tag: SessionTag, timeoutMs: number): Readonly<Record<string, string>> {
    const timeout = Math.min(Math.max(1, Math.ceil(timeoutMs)), Number(limits.statement_timeout));
    return { ...this.#settings('worker', tag), statement_timeout: String(timeout) };
  }

  /**
   * Sends one statement that the server carries to its end, whoever waits for it. `left` when it is not done after
   * 45 s. Throws AmbiguousError when the reply was lost.
   */
  sendBlock(effect: string, sql: string): Promise<'done' | 'left'> {
    const { api, place, signal } = this.#over;
    if (signal.aborted) throw aborted(signal);
    return this.#effect(effect, async () => {
      const answer = await api.execute(place, { sql, continueAfterTimeout: true }, signal);
      if (answer.kind === 'timed-out') return 'left';
      rowsOf(answer, 'write', 0);
      return 'done';
    });
  }

  repeatably<T>(act: () => Promise<T>): Promise<T> {
    return repeatOnce(act, this.signal);
  }

  pids(): readonly number[] {
    return [];
  }

  async close(): Promise<void> {
    // Nothing is kept open.
  }

  async #ask<Result>(work: (transaction: Transaction) => Promise<Result>, first?: string): Promise<Result> {
    const settings = this.#settings('ordinary', this.#tag);
    const transaction = await Transaction.begin(this.#over, settings, first);
    try {
      return await work(transaction);
    } finally {
      await transaction.rollBack();
    }
  }

  #settings(use: 'ordinary' | 'worker', tag: SessionTag): Readonly<Record<string, string>> {
    return { ...transactionSettings(use), ...limits, application_name: applicationName(tag) };
  }

  /** If the test cuts the line behind it, the reply counts as lost. */
  async #effect<T>(name: string, act: () => Promise<T>): Promise<T> {
    let severed = false;
    const result = await this.effects.around(name, act, () => {
      severed = true;
    });
    if (!severed) return result;
    throw new AmbiguousError(`the Data API: the reply to "${name}" was lost`, { code: 'connection-lost' });
  }
}
