import { Socket } from 'node:net';
import type pg from 'pg';
import type { Effects } from '../../../app/ports/effects.ts';
import type { Login, SessionTag } from '../../../app/ports/engine.ts';
import { AmbiguousError, type LockkeeperError, RetryableError } from '../../../core/errors.ts';
import type { SessionUse } from '../../sessions.ts';
import { classify, toLockkeeperError, toServerError } from '../errors.ts';
import { literal } from '../quote.ts';
import { newClient } from './client.ts';
import { sessionSettings, settingsQuery } from './settings.ts';
import { applicationName } from './tag.ts';

/** Milliseconds a cancelled statement gets to end before its connection is cut. */
const CANCEL_GRACE_MS = 5_000;

/** Arrays become PostgreSQL arrays; everything else travels as text. */
export type SqlValue = string | number | boolean | null | readonly (string | null)[];

/**
 * Statements in one database, whatever carries them. Every column comes back as the server's
 * text or null: `'t'`, `'9007199254740993'`, `'2026-01-01 00:00:00.000001+00'`, `'{a,b}'`.
 */
export interface Session {
  /** Runs one statement that changes nothing. Throws RetryableError when the connection is lost. */
  read<Row>(sql: string, values?: readonly SqlValue[]): Promise<readonly Row[]>;
  /** Runs one statement that changes nothing, in a transaction that sees one snapshot, under settings by name. */
  readSnapshot<Row>(settings: Readonly<Record<string, string>>, sql: string): Promise<readonly Row[]>;
  /** Runs a statement as the effect called `effect`. Throws AmbiguousError when the reply was lost. */
  write<Row>(effect: string, sql: string, values?: readonly SqlValue[]): Promise<readonly Row[]>;
  /**
   * Runs statements as one transaction and one effect: all of them take effect or none. Throws AmbiguousError when
   * the reply was lost.
   */
  transact(effect: string, statements: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** What the engine itself needs beyond asking and writing. */
export interface OwnSession extends Session {
  /** As in `Session`; without values also a whole script in one message, which is rolled back when it fails. */
  write<Row>(effect: string, sql: string, values?: readonly SqlValue[]): Promise<readonly Row[]>;
  /** The connection is gone; every further call fails. */
  readonly lost: boolean;
  readonly pid: number;
  readonly applicationName: string;
  /** Like `write`, parsed by the server once per session and name. */
  writePrepared<Row>(
    effect: string,
    statement: { readonly name: string; readonly text: string },
    values: readonly SqlValue[],
  ): Promise<readonly Row[]>;
  /** Cuts the connection at once, without a word to the server. */
  abandon(): void;
}

/**
 * Opens a connection whose statements are cancelled on the server when `signal` aborts; those of a
 * `detached` session are left alone, because they belong to the server once begun. Throws
 * LoginRefusedError, RetryableError (unreachable) or FatalError (no such database, TLS not trusted).
 */
export async function openSession(
  login: Login,
  tag: SessionTag,
  signal: AbortSignal,
  effects: Effects,
  use: SessionUse = 'ordinary',
): Promise<OwnSession> {
  if (signal.aborted) throw aborted(login, signal);
  const session = new PgSession(login, applicationName(tag), signal, effects, use);
  await session.connect();
  return session;
}

/** Has to come before the first query of its transaction. */
export const oneSnapshot = 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY';

const placeOf = (login: Login): string => `${login.host}:${login.port}`;

const aborted = (login: Login, signal: AbortSignal): RetryableError =>
  new RetryableError(`${placeOf(login)}: stopped on request; nothing was changed`, {
    code: 'aborted',
    cause: signal.reason,
  });

class PgSession implements OwnSession {
  readonly applicationName: string;
  readonly #login: Login;
  readonly #signal: AbortSignal;
  readonly #effects: Effects;
  readonly #use: SessionUse;
  readonly #socket = new Socket();
  readonly #client: pg.Client;
  readonly #onAbort = (): void => void this.#cancel();
  #pid = 0;
  #lost = false;
  #busy = false;
  #completed = 0;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(login: Login, name: string, signal: AbortSignal, effects: Effects, use: SessionUse) {
    this.applicationName = name;
    this.#login = login;
    this.#signal = signal;
    this.#effects = effects;
    this.#use = use;
    this.#client = newClient(login, name, this.#socket);
    // A connection lost while idle must not end the process; the next statement reports it.
    this.#client.on('error', () => {
      this.#lost = true;
    });
    this.#client.on('end', () => {
      this.#lost = true;
    });
  }

  get pid(): number {
    return this.#pid;
  }

  get lost(): boolean {
    return this.#lost;
  }

  async connect(): Promise<void> {
    const settings = Object.entries(sessionSettings(this.#use));
    try {
      await this.#client.connect();
      this.#client.connection.on('commandComplete', () => {
        this.#completed += 1;
      });
      this.#signal.addEventListener('abort', this.#onAbort, { once: true });
      const names = settings.map(([name]) => name);
      const values = settings.map(([, value]) => value);
      const answer = await this.#client.query<{ pid: string }>(settingsQuery, [names, values]);
      this.#pid = Number(answer.rows[0]?.pid);
    } catch (error) {
      this.#signal.removeEventListener('abort', this.#onAbort);
      this.#socket.destroy();
      throw toLockkeeperError(error, { during: 'connect', place: placeOf(this.#login) });
    }
  }

  read<Row>(sql: string, values?: readonly SqlValue[]): Promise<readonly Row[]> {
    return this.#queue(() => this.#send<Row>('read', queryOf(sql, values)));
  }

  write<Row>(effect: string, sql: string, values?: readonly SqlValue[]): Promise<readonly Row[]> {
    return this.#queue(() => this.#effect(effect, () => this.#send<Row>('write', queryOf(sql, values))));
  }

  readSnapshot<Row>(settings: Readonly<Record<string, string>>, sql: string): Promise<readonly Row[]> {
    const set = Object.entries(settings).map(([name, value]) => `SET LOCAL ${name} = ${literal(value)}`);
    return this.read([oneSnapshot, ...set, sql].join(';\n'));
  }

  async transact(effect: string, statements: readonly string[]): Promise<void> {
    await this.write(effect, ['BEGIN', ...statements, 'COMMIT'].join(';\n'));
  }

  writePrepared<Row>(
    effect: string,
    statement: { readonly name: string; readonly text: string },
    values: readonly SqlValue[],
  ): Promise<readonly Row[]> {
    const query = { ...statement, values: [...values] };
    return this.#queue(() => this.#effect(effect, () => this.#send<Row>('write', query)));
  }

  abandon(): void {
    this.#lost = true;
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#socket.destroy();
  }

  async close(): Promise<void> {
    this.#signal.removeEventListener('abort', this.#onAbort);
    if (this.#lost) return this.abandon();
    await this.#client.end().catch(() => this.abandon());
    this.#lost = true;
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

  async #send<Row>(during: 'read' | 'write', query: pg.QueryConfig): Promise<readonly Row[]> {
    if (this.#signal.aborted && this.#use !== 'detached') throw aborted(this.#login, this.#signal);
    // Nothing has been sent, so not even a write is in doubt.
    if (this.#lost) throw this.#failure('read', new Error('the connection was closed'));
    this.#completed = 0;
    this.#busy = true;
    try {
      const answer: pg.QueryResult | pg.QueryResult[] = await this.#client.query(query);
      return (Array.isArray(answer) ? (answer.at(-1)?.rows ?? []) : answer.rows) as Row[];
    } catch (error) {
      const failure = this.#failure(during, error);
      if (query.values === undefined) await this.#rollBack();
      throw failure;
    } finally {
      this.#busy = false;
    }
  }

  #failure(during: 'read' | 'write', error: unknown): LockkeeperError {
    const server = toServerError(error, this.#completed);
    if (server === null || classify(server.sqlState).kind === 'lost') this.abandon();
    const failure = toLockkeeperError(server ?? error, { during, place: placeOf(this.#login) });
    const stopped = this.#signal.aborted && this.#use !== 'detached' && failure.class === 'retryable';
    return stopped ? aborted(this.#login, this.#signal) : failure;
  }

  /** A script that failed may have left a transaction open; what it did is undone before anyone goes on. */
  async #rollBack(): Promise<void> {
    if (this.#lost) return;
    await this.#client.query('ROLLBACK').catch(() => this.abandon());
  }

  #queue<T>(act: () => Promise<T>): Promise<T> {
    const next = this.#tail.then(act);
    this.#tail = next.catch(() => undefined);
    return next;
  }

  async #cancel(): Promise<void> {
    if (this.#use === 'detached' || !this.#busy || this.#lost) return;
    const deadline = setTimeout(() => this.abandon(), CANCEL_GRACE_MS);
    const stop = this.#tail.finally(() => clearTimeout(deadline));
    const canceller = newClient(this.#login, this.applicationName, new Socket());
    canceller.on('error', () => undefined);
    try {
      await canceller.connect();
      if (this.#busy) await canceller.query('SELECT pg_catalog.pg_cancel_backend($1::int)', [this.#pid]);
    } catch {
      // The deadline cuts the connection instead.
    } finally {
      await canceller.end().catch(() => undefined);
    }
    await stop;
  }
}

const queryOf = (text: string, values: readonly SqlValue[] | undefined): pg.QueryConfig =>
  values === undefined ? { text } : { text, values: [...values] };
