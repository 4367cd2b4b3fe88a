import { randomBytes } from 'node:crypto';
import type { Effects } from '../../../app/ports/effects.ts';
import type { Login, SessionTag } from '../../../app/ports/engine.ts';
import { AmbiguousError, type LockkeeperError, RetryableError } from '../../../core/errors.ts';
import type { SessionUse } from '../../sessions.ts';
import { classify, toLockkeeperError, toServerError } from '../errors.ts';
import { bind, type SqlValue } from '../quote.ts';
import { Client } from './client.ts';
import { sessionLock } from './session-record.ts';
import { sessionSettings } from './settings.ts';
import { applicationName } from './tag.ts';

/** Milliseconds a cancelled statement gets to end before its connection is cut. */
const CANCEL_GRACE_MS = 5_000;

/**
 * One connection, one message at a time (further calls queue). Every column comes back as the server's text or null:
 * `'1'`, `'18446744073709551615'`, `'2026-01-01 00:00:00.000001'`.
 */
export interface Session {
  /** The connection's number on the server. */
  readonly id: number;
  /** As the server spells it. */
  readonly database: string;
  /**
   * Runs one statement, or a script in one message, that changes nothing; returns the rows of the last statement that
   * has any. Question marks stand for `values`. Throws RetryableError when the connection is lost.
   */
  read<Row>(sql: string, values?: readonly SqlValue[]): Promise<readonly Row[]>;
  /**
   * Runs a statement or a script as the effect called `effect`. The server stops at the first statement that fails,
   * and what of the transaction stands is rolled back. Throws AmbiguousError when the reply was lost.
   * @param timeoutMs after which the server is told to end it
   */
  write<Row>(
    effect: string,
    sql: string,
    values?: readonly SqlValue[],
    timeoutMs?: number,
  ): Promise<readonly Row[]>;
  close(): Promise<void>;
}

/** What the engine itself needs beyond asking and writing. */
export interface OwnSession extends Session {
  /** The connection is gone; every further call fails. */
  readonly lost: boolean;
  readonly tag: SessionTag;
  /** Known to this session alone until it is recorded: the server locks a name made of it for as long as it lives. */
  readonly token: string;
  /** Cuts the connection at once, without a word to the server. */
  abandon(): void;
}

/**
 * Opens a connection whose statements are ended on the server (KILL QUERY) when `signal` aborts; those of a
 * `detached` session are left alone, because they belong to the server once begun. Throws LoginRefusedError,
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
  const session = new MySqlSession(login, tag, signal, effects, use);
  await session.connect();
  return session;
}

const placeOf = (login: Login): string => `${login.host}:${login.port}`;

const aborted = (login: Login, signal: AbortSignal): RetryableError =>
  new RetryableError(`${placeOf(login)}: stopped on request; nothing was changed`, {
    code: 'aborted',
    cause: signal.reason,
  });

class MySqlSession implements OwnSession {
  readonly tag: SessionTag;
  readonly token = randomBytes(16).toString('hex');
  readonly #login: Login;
  readonly #signal: AbortSignal;
  readonly #effects: Effects;
  readonly #use: SessionUse;
  readonly #client: Client;
  readonly #onAbort = (): void => {
    if (this.#use !== 'detached') void this.#cancel();
  };
  #id = 0;
  #database = '';
  #lost = false;
  /** Number of the message under way; 0: none. */
  #busy = 0;
  #sent = 0;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(login: Login, tag: SessionTag, signal: AbortSignal, effects: Effects, use: SessionUse) {
    this.tag = tag;
    this.#login = login;
    this.#signal = signal;
    this.#effects = effects;
    this.#use = use;
    // A connection lost while idle must not end the process; the next statement reports it.
    this.#client = new Client(login, applicationName(tag), () => {
      this.#lost = true;
    });
  }

  get id(): number {
    return this.#id;
  }

  get database(): string {
    return this.#database;
  }

  get lost(): boolean {
    return this.#lost;
  }

  async connect(): Promise<void> {
    try {
      await this.#client.connect();
      this.#signal.addEventListener('abort', this.#onAbort, { once: true });
      const { rows } = await this.#client.send(
        [
          ...sessionSettings(this.#use),
          bind('SELECT CONNECTION_ID() AS id, DATABASE() AS name, GET_LOCK(?, 0) AS locked', [
            sessionLock(this.token),
          ]),
        ].join(';\n'),
      );
      this.#id = Number(rows[0]?.id);
      this.#database = rows[0]?.name ?? this.#login.database;
    } catch (error) {
      this.abandon();
      throw toLockkeeperError(error, { during: 'connect', place: placeOf(this.#login) });
    }
  }

  read<Row>(sql: string, values?: readonly SqlValue[]): Promise<readonly Row[]> {
    return this.#queue(() => this.#send<Row>('read', textOf(sql, values)));
  }

  write<Row>(
    effect: string,
    sql: string,
    values?: readonly SqlValue[],
    timeoutMs?: number,
  ): Promise<readonly Row[]> {
    const text = textOf(sql, values);
    return this.#queue(() => this.#effect(effect, () => this.#send<Row>('write', text, timeoutMs)));
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

  async #send<Row>(during: 'read' | 'write', sql: string, timeoutMs?: number): Promise<readonly Row[]> {
    if (this.#signal.aborted && this.#use !== 'detached') throw aborted(this.#login, this.#signal);
    // Nothing has been sent, so not even a write is in doubt.
    if (this.#lost) throw this.#failure('read', new Error('the connection was closed'), 0);
    this.#sent += 1;
    this.#busy = this.#sent;
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => void this.#cancel(), timeoutMs);
    try {
      const { rows } = await this.#client.send(sql);
      return rows as readonly Row[];
    } catch (error) {
      const failure = this.#failure(during, error, this.#client.completed);
      await this.#rollBack();
      throw failure;
    } finally {
      clearTimeout(timer);
      this.#busy = 0;
    }
  }

  #failure(during: 'read' | 'write', error: unknown, completed: number): LockkeeperError {
    const server = toServerError(error, completed);
    if (server === null || classify(server).kind === 'lost') this.abandon();
    const failure = toLockkeeperError(server ?? error, { during, place: placeOf(this.#login) });
    const stopped = this.#signal.aborted && this.#use !== 'detached' && failure.class === 'retryable';
    return stopped ? aborted(this.#login, this.#signal) : failure;
  }

  /**
   * A script that failed may have left a transaction open; what it did is undone before anyone goes on. A KILL QUERY
   * that came too late for the script may hit this statement instead: then the end of the session undoes it.
   */
  async #rollBack(): Promise<void> {
    if (this.#lost) return;
    await this.#client.send('ROLLBACK').catch(() => this.abandon());
  }

  #queue<T>(act: () => Promise<T>): Promise<T> {
    const next = this.#tail.then(act);
    this.#tail = next.catch(() => undefined);
    return next;
  }

  /** Ends the message under way from a second connection; the driver cannot take it back. */
  async #cancel(): Promise<void> {
    const message = this.#busy;
    if (message === 0 || this.#lost) return;
    const deadline = setTimeout(() => {
      if (this.#busy === message) this.abandon();
    }, CANCEL_GRACE_MS);
    const canceller = new Client(this.#login, applicationName(this.tag), () => undefined);
    try {
      await canceller.connect();
      if (this.#busy === message) await canceller.send(`KILL QUERY ${this.#id}`);
    } catch {
      // The deadline cuts the connection instead.
    } finally {
      await canceller.end();
    }
    await this.#tail;
    clearTimeout(deadline);
  }
}

const textOf = (sql: string, values: readonly SqlValue[] | undefined): string =>
  values === undefined ? sql : bind(sql, values);
