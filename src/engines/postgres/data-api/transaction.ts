import type { DataApi, DataApiAnswer, DataApiPlace } from '../../../app/ports/data-api.ts';
import { AmbiguousError, FatalError, type LockkeeperError, RetryableError } from '../../../core/errors.ts';
import { ServerError, toLockkeeperError, withoutValues } from '../errors.ts';
import type { Session, SqlValue } from '../session/session.ts';
import { localSettingsQuery } from '../session/settings.ts';
import { statementIn } from './step-block.ts';
import { asText, rowsFrom } from './text-rows.ts';
import { named } from './values.ts';

export interface Over {
  readonly api: DataApi;
  readonly place: DataApiPlace;
  readonly signal: AbortSignal;
}

/** More of an answer than the Data API carries at once; a cursor fetches it in parts. */
export const isTooLarge = (error: unknown): boolean =>
  error instanceof FatalError && error.code === TOO_LARGE;

const TOO_LARGE = 'answer-too-large';

/**
 * One transaction on a session of which nothing is known before it and nothing is left behind. Until `commit` is
 * called nothing can be in effect, so that no failure before is ambiguous.
 */
export class Transaction implements Session {
  readonly #over: Over;
  readonly #id: string;
  #completed = 0;

  private constructor(over: Over, id: string) {
    this.#over = over;
    this.#id = id;
  }

  /**
   * @param settings in force for the transaction alone, by name
   * @param first what has to come before any query
   */
  static async begin(
    over: Over,
    settings: Readonly<Record<string, string>>,
    first?: string,
  ): Promise<Transaction> {
    const id = await unbegun(over.api.begin(over.place, over.signal));
    const transaction = new Transaction(over, id);
    try {
      if (first !== undefined) await transaction.write('settings', first);
      await transaction.write('settings', localSettingsQuery, [
        Object.keys(settings),
        Object.values(settings),
      ]);
    } catch (error) {
      await transaction.rollBack();
      throw error;
    }
    return transaction;
  }

  async read<Row>(sql: string, values?: readonly SqlValue[]): Promise<readonly Row[]> {
    const pieces = await this.write<{ piece: string }>('read', asText(sql), values);
    return rowsFrom(pieces.map(({ piece }) => piece).join(''));
  }

  /** The same with answers of any size: a cursor sees what was there when it was opened, however often it is asked. */
  async readInParts<Row>(sql: string, values?: readonly SqlValue[]): Promise<readonly Row[]> {
    await this.write('read', `DECLARE lockkeeper_read NO SCROLL CURSOR FOR ${asText(sql)}`, values);
    let text = '';
    for (;;) {
      const part = await this.write<{ piece: string }>(
        'read',
        `FETCH ${PIECES_AT_ONCE} FROM lockkeeper_read`,
      );
      text += part.map(({ piece }) => piece).join('');
      if (part.length < PIECES_AT_ONCE) return rowsFrom(text);
    }
  }

  async readSnapshot<Row>(settings: Readonly<Record<string, string>>, sql: string): Promise<readonly Row[]> {
    await this.write('settings', localSettingsQuery, [Object.keys(settings), Object.values(settings)]);
    return this.readInParts(sql);
  }

  async write<Row>(_effect: string, sql: string, values?: readonly SqlValue[]): Promise<readonly Row[]> {
    const { api, place, signal } = this.#over;
    if (signal.aborted) throw aborted(signal);
    const statement = { ...named(sql, values), transaction: this.#id };
    const rows = rowsOf(await unbegun(api.execute(place, statement, signal)), 'read', this.#completed);
    this.#completed += 1;
    return rows as readonly Row[];
  }

  async transact(effect: string, statements: readonly string[]): Promise<void> {
    for (const statement of statements) await this.write(effect, statement);
  }

  /** Throws AmbiguousError when it is not known whether the transaction took effect. */
  async commit(): Promise<void> {
    const { api, place } = this.#over;
    rowsOf(await api.commit(place, this.#id), 'write', this.#completed);
  }

  /** What cannot be rolled back ends by itself: it idles, which the server allows it for a while only. */
  async rollBack(): Promise<void> {
    const { api, place } = this.#over;
    await api.rollBack(place, this.#id).catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.rollBack();
  }
}

/** Of the size of a piece: below 1 MiB whatever is in them. */
const PIECES_AT_ONCE = 15;

export const aborted = (signal: AbortSignal): RetryableError =>
  new RetryableError('the Data API: stopped on request; nothing was changed', {
    code: 'aborted',
    cause: signal.reason,
  });

/** A reply lost before the commit leaves nothing in doubt. */
async function unbegun<Result>(call: Promise<Result>): Promise<Result> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof AmbiguousError)) throw error;
    throw new RetryableError(error.message, { code: error.code, cause: error });
  }
}

/**
 * The rows of an answer; what is none is thrown.
 * @param during `write` where a lost connection leaves it open whether something changed
 * @param completed statements of the same transaction before it
 */
export function rowsOf(
  answer: DataApiAnswer,
  during: 'read' | 'write',
  completed: number,
): readonly Readonly<Record<string, string | null>>[] {
  switch (answer.kind) {
    case 'rows':
      return answer.rows;
    case 'refused':
      throw refused(answer, during, completed);
    case 'timed-out':
      throw new RetryableError('the Data API ended a statement after 45 s', {
        code: 'statement-timeout',
        remedy: 'use transport: direct where statements take longer',
      });
    case 'too-large':
      throw new FatalError('the answer is larger than the Data API carries', { code: TOO_LARGE });
    case 'no-transaction':
      throw gone(during);
    default:
      return answer satisfies never;
  }
}

const gone = (during: 'read' | 'write'): LockkeeperError => {
  const words = 'the Data API has ended the transaction';
  return during === 'write'
    ? new AmbiguousError(`${words}; it may or may not have been committed`, { code: 'transaction-gone' })
    : new RetryableError(words, { code: 'transaction-gone' });
};

function refused(
  { sqlState, message }: Extract<DataApiAnswer, { kind: 'refused' }>,
  during: 'read' | 'write',
  completed: number,
): LockkeeperError {
  const step = statementIn(message);
  const cause = new ServerError(
    sqlState,
    withoutValues(sqlState, step?.words ?? message),
    null,
    step === null ? completed : step.at - 1,
  );
  return toLockkeeperError(cause, { during, place: 'the Data API' });
}
