import type { Effects } from '../../../app/ports/effects.ts';
import type { Login, SessionTag } from '../../../app/ports/engine.ts';
import { repeatOnce } from '../../repeat.ts';
import { readServer, type Server } from '../server.ts';
import type { SqlValues } from './client.ts';
import { type OwnSession, openSession, type Session } from './session.ts';
import type { SessionUse } from './settings.ts';
import { applicationName } from './tag.ts';
import { unlockTarget } from './target-lock.ts';

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
    tag: SessionTag,
    signal: AbortSignal,
    effects: Effects,
    session: OwnSession,
    server: Server,
  ) {
    this.login = login;
    this.signal = signal;
    this.effects = effects;
    this.#tag = tag;
    this.#session = session;
    this.server = server;
  }

  static async open(
    login: Login,
    tag: SessionTag,
    signal: AbortSignal,
    effects: Effects,
  ): Promise<Connection> {
    const session = await openSession(login, tag, signal, effects);
    return new Connection(login, tag, signal, effects, session, await readServer(session));
  }

  get runId(): SessionTag['runId'] {
    return this.#tag.runId;
  }

  get id(): number {
    return this.#session.id;
  }

  async read<Row>(sql: string, values?: SqlValues): Promise<readonly Row[]> {
    return (await this.#current()).read(sql, values);
  }

  async write<Row>(
    effect: string,
    sql: string,
    values?: SqlValues,
    timeoutMs?: number,
  ): Promise<readonly Row[]> {
    return (await this.#current()).write(effect, sql, values, timeoutMs);
  }

  /** Repeats `act` once when its reply was lost; only for what is the same done twice. */
  repeatably<T>(act: () => Promise<T>): Promise<T> {
    return repeatOnce(act, this.signal);
  }

  /** A further session beside this one, closed with it. */
  async more(runId: SessionTag['runId'], role: string, use: SessionUse): Promise<OwnSession> {
    const session = await openSession(this.login, { runId, role }, this.signal, this.effects, use);
    for (const old of this.#more) if (old.lost) this.#more.delete(old);
    this.#more.add(session);
    return session;
  }

  /** Ends a further session, with the locks it holds. */
  async release(session: OwnSession): Promise<void> {
    if (!session.lost) await unlockTarget(session).catch(() => session.abandon());
    this.#more.delete(session);
    await session.close();
  }

  /** Ends further sessions of this connection with this role, held for an earlier call. */
  async releaseRole(runId: SessionTag['runId'], role: string, use: SessionUse): Promise<void> {
    const name = applicationName({ runId, role }, use);
    const old = [...this.#more].filter((session) => session.applicationName === name);
    await Promise.all(old.map((session) => this.release(session)));
  }

  /** Numbers of all open sessions of this connection. */
  ids(): readonly number[] {
    return [this.#session, ...this.#more].filter((session) => !session.lost).map((session) => session.id);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([this.#session, ...this.#more].map((session) => session.close()));
    this.#more.clear();
  }

  async #current(): Promise<OwnSession> {
    if (this.#session.lost && !this.#closed) {
      this.#session = await openSession(this.login, this.#tag, this.signal, this.effects);
    }
    return this.#session;
  }
}
