import type { Effects } from '../../../app/ports/effects.ts';
import type { Login, SessionTag } from '../../../app/ports/engine.ts';
import { AmbiguousError } from '../../../core/errors.ts';
import type { SqlValue } from '../quote.ts';
import { readServer, type Server } from '../server.ts';
import { type OwnSession, openSession, type Session } from './session.ts';
import { forgetSession, recordSession } from './session-record.ts';
import type { SessionUse } from './settings.ts';

/** The way to one database: a session that is opened again after a loss, and further ones on demand. */
export class Connection implements Session {
  readonly login: Login;
  readonly signal: AbortSignal;
  readonly effects: Effects;
  readonly server: Server;
  readonly #tag: SessionTag;
  readonly #more = new Set<OwnSession>();
  #session: OwnSession;
  #closed = false;

  private constructor(
    login: Login,
    signal: AbortSignal,
    effects: Effects,
    session: OwnSession,
    server: Server,
  ) {
    this.login = login;
    this.signal = signal;
    this.effects = effects;
    this.server = server;
    this.#tag = session.tag;
    this.#session = session;
  }

  static async open(
    login: Login,
    tag: SessionTag,
    signal: AbortSignal,
    effects: Effects,
  ): Promise<Connection> {
    const session = await openRecorded(login, tag, signal, effects, 'ordinary');
    return new Connection(login, signal, effects, session, await readServer(session));
  }

  get runId(): SessionTag['runId'] {
    return this.#tag.runId;
  }

  get id(): number {
    return this.#session.id;
  }

  get database(): string {
    return this.#session.database;
  }

  async read<Row>(sql: string, values?: readonly SqlValue[]): Promise<readonly Row[]> {
    return (await this.#current()).read(sql, values);
  }

  async write<Row>(
    effect: string,
    sql: string,
    values?: readonly SqlValue[],
    timeoutMs?: number,
  ): Promise<readonly Row[]> {
    return (await this.#current()).write(effect, sql, values, timeoutMs);
  }

  /** Repeats `act` once when its reply was lost; only for what is the same done twice. */
  async repeatably<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof AmbiguousError) || this.signal.aborted) throw error;
      return act();
    }
  }

  /** A further session beside this one, closed with it. */
  async more(runId: SessionTag['runId'], role: string, use: SessionUse): Promise<OwnSession> {
    const session = await openRecorded(this.login, { runId, role }, this.signal, this.effects, use);
    for (const old of this.#more) if (old.lost) this.#more.delete(old);
    this.#more.add(session);
    return session;
  }

  /** Ends a further session and the locks it holds, which the server gives up only when it notices its end. */
  async release(session: OwnSession): Promise<void> {
    if (!session.lost) await session.read('DO RELEASE_ALL_LOCKS()').catch(() => session.abandon());
    this.#more.delete(session);
    await farewell(session);
  }

  /** Ends further sessions of this connection with this role, held for an earlier call. */
  async releaseRole(runId: SessionTag['runId'], role: string): Promise<void> {
    const old = [...this.#more].filter(({ tag }) => tag.runId === runId && tag.role === role);
    await Promise.all(old.map((session) => this.release(session)));
  }

  /** Records the sessions that were opened before there was a ledger to do it in. */
  async recordAll(): Promise<void> {
    for (const session of this.#open()) await recordSession(session);
  }

  /** Numbers of all open sessions of this connection. */
  ids(): readonly number[] {
    return this.#open().map((session) => session.id);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([this.#session, ...this.#more].map(farewell));
    this.#more.clear();
  }

  #open(): readonly OwnSession[] {
    return [this.#session, ...this.#more].filter((session) => !session.lost);
  }

  async #current(): Promise<OwnSession> {
    if (this.#session.lost && !this.#closed) {
      this.#session = await openRecorded(this.login, this.#tag, this.signal, this.effects, 'ordinary');
    }
    return this.#session;
  }
}

async function openRecorded(
  login: Login,
  tag: SessionTag,
  signal: AbortSignal,
  effects: Effects,
  use: SessionUse,
): Promise<OwnSession> {
  const session = await openSession(login, tag, signal, effects, use);
  try {
    await recordSession(session);
    return session;
  } catch (error) {
    session.abandon();
    throw error;
  }
}

async function farewell(session: OwnSession): Promise<void> {
  await forgetSession(session);
  await session.close();
}
