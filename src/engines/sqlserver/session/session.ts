import type { Effects } from '../../../app/ports/effects.ts';
import type { Login, SessionTag } from '../../../app/ports/engine.ts';
import { AmbiguousError, type LockkeeperError, RetryableError } from '../../../core/errors.ts';
import { classify, toLockkeeperError, toServerError } from '../errors.ts';
import { Client, type SqlValues } from './client.ts';
import { lockTimeoutOf, type SessionUse, sessionSettings } from './settings.ts';
import { applicationName } from './tag.ts';

/**
 * One connection, one message at a time (further calls queue). Every column comes back as a text or null: `'1'`,
 * `'9007199254740993'`.
 */
export interface Session {
  /** The session's number on the server (@@SPID). */
  readonly id: number;
  /**
   * Runs one batch that leaves nothing behind when its reply is lost; returns the rows of its last statement that has
   * any. Throws RetryableError when the connection is lost.
   */
  read<Row>(sql: string, values?: SqlValues): Promise<readonly Row[]>;
  /**
   * Runs a batch as the effect called `effect`. XACT_ABORT undoes all of a transaction that fails. Throws
   * AmbiguousError when the reply was lost.
   * @param timeoutMs after which the server is told to end it
   */
  write<Row>(effect: string, sql: string, values?: SqlValues, timeoutMs?: number): Promise<readonly Row[]>;
  close(): Promise<void>;
}

/** What the engine itself needs beyond asking and writing. */
export interface OwnSession extends Session {
  /** The connection is gone; every further call fails. */
  readonly lost: boolean;
  readonly applicationName: string;
  /** Cuts the connection at once, without a word to the server. */
  abandon(): void;
}

/**
 * Opens a connection whose statements are ended on the server when `signal` aborts. Throws LoginRefusedError,
 * RetryableError (unreachable) or FatalError (no such database, TLS not trusted).
 */
export async function openSession(
  login: Login,
  tag: SessionTag,
  signal: AbortSignal,
  effects: Effects,
  use: SessionUse = 'ordinary',
): Promise<OwnSession> {
  if (signal.aborted) throw aborted(login, signal);
  const session = new TdsSession(login, applicationName(tag, use), signal, effects, use);
  await session.connect();
  return session;
}

const placeOf = (login: Login): string => `${login.host}:${login.port}`;

const aborted = (login: Login, signal: AbortSignal): RetryableError =>
  new RetryableError(`${placeOf(login)}: stopped on request; nothing was changed`, {
    code: 'aborted',
    cause: signal.reason,
  });

class TdsSession implements OwnSession {
  readonly applicationName: string;
  readonly #login: Login;
  readonly #signal: AbortSignal;
  readonly #effects: Effects;
  readonly #use: SessionUse;
  readonly #client: Client;
  readonly #onAbort = (): void => this.#client.cancel();
  #id = 0;
  #lost = false;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(login: Login, name: string, signal: AbortSignal, effects: Effects, use: SessionUse) {
    this.applicationName = name;
    this.#login = login;
    this.#signal = signal;
    this.#effects = effects;
    this.#use = use;
    // A connection lost while idle must not end the process; the next statement reports it.
    this.#client = new Client(login, name, () => {
      this.#lost = true;
    });
  }

  get id(): number {
    return this.#id;
  }

  get lost(): boolean {
    return this.#lost;
  }

  async connect(): Promise<void> {
    try {
      await this.#client.connect();
      this.#signal.addEventListener('abort', this.#onAbort, { once: true });
      await this.#client.send(sessionSettings(lockTimeoutOf(this.#use)));
      const [row] = await this.#client.send('SELECT @@SPID AS id');
      this.#id = Number(row?.id);
    } catch (error) {
      this.abandon();
      throw toLockkeeperError(error, { during: 'connect', place: placeOf(this.#login) });
    }
  }

  read<Row>(sql: string, values?: SqlValues): Promise<readonly Row[]> {
    return this.#queue(() => this.#send<Row>('read', sql, values));
  }

  write<Row>(effect: string, sql: string, values?: SqlValues, timeoutMs?: number): Promise<readonly Row[]> {
    return this.#queue(() => this.#effect(effect, () => this.#send<Row>('write', sql, values, timeoutMs)));
  }

  abandon(): void {
    this.#lost = true;
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#client.destroy();
  }

  async close(): Promise<void> {
    this.#signal.removeEventListener('abort', this.#onAbort);
    if (!this.#lost) await this.#client.end();
    this.abandon();
  }

  /** Runs a write as a named effect; if the test cuts the line behind it, the reply counts as lost. */
  async #effect<T>(name: string, act: () => Promise<T>): Promise<T> {
    let severed = false;
    const result = await this.#effects.around(name, act, () => {
      severed = true;
      this.abandon();
    });
    if (!severed) return result;
    throw new AmbiguousError(`${placeOf(this.#login)}: the reply to "${name}" was lost`, {
      code: 'connection-lost',
    });
  }

  async #send<Row>(
    during: 'read' | 'write',
    sql: string,
    values?: SqlValues,
    timeoutMs?: number,
  ): Promise<readonly Row[]> {
    if (this.#signal.aborted) throw aborted(this.#login, this.#signal);
    // Nothing has been sent, so not even a write is in doubt.
    if (this.#lost) throw this.#failure('read', new Error('the connection was closed'));
    let timedOut = false;
    const end = (): void => {
      timedOut = true;
      this.#client.cancel();
    };
    const timer = timeoutMs === undefined ? undefined : setTimeout(end, timeoutMs);
    try {
      return (await this.#client.send(sql, values)) as readonly Row[];
    } catch (error) {
      if (isCancelled(error)) {
        await this.#rollBack();
        throw timedOut ? timeout(this.#login, timeoutMs) : aborted(this.#login, this.#signal);
      }
      const failure = this.#failure(during, error);
      await this.#rollBack();
      throw failure;
    } finally {
      clearTimeout(timer);
    }
  }

  #failure(during: 'read' | 'write', error: unknown): LockkeeperError {
    const server = toServerError(error);
    if (server === null || classify(server).kind === 'lost') this.abandon();
    return toLockkeeperError(server ?? error, { during, place: placeOf(this.#login) });
  }

  /** XACT_ABORT has undone the transaction, unless the author's statements have switched it off, or it was cancelled. */
  async #rollBack(): Promise<void> {
    if (this.#lost) return;
    await this.#client.send('IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;').catch(() => this.abandon());
  }

  #queue<T>(act: () => Promise<T>): Promise<T> {
    const next = this.#tail.then(act);
    this.#tail = next.catch(() => undefined);
    return next;
  }
}

/** The server has said that the statement was ended on our word. */
const isCancelled = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ECANCEL';

const timeout = (login: Login, ms: number | undefined): RetryableError =>
  new RetryableError(`${placeOf(login)}: the statement was ended after ${ms} ms and was undone`, {
    code: 'statement-timeout',
  });
