import type { Effects } from '../../../app/ports/effects.ts';
import type { Login, SessionTag } from '../../../app/ports/engine.ts';
import { repeatOnce } from '../../repeat.ts';
import { Sessions, type SessionUse } from '../../sessions.ts';
import { readOnly } from '../../sql-check.ts';
import type { Link } from './link.ts';
import { type OwnSession, openSession, type SqlValue } from './session.ts';
import { unlockAll } from './target-lock.ts';

/** The way to one database: a session that is opened again after a loss, and further ones on demand. */
export class Connection implements Link {
  readonly login: Login;
  readonly signal: AbortSignal;
  readonly effects: Effects;
  readonly #sessions: Sessions<OwnSession>;

  private constructor(login: Login, signal: AbortSignal, effects: Effects, sessions: Sessions<OwnSession>) {
    this.login = login;
    this.signal = signal;
    this.effects = effects;
    this.#sessions = sessions;
  }

  static async open(
    login: Login,
    tag: SessionTag,
    signal: AbortSignal,
    effects: Effects,
  ): Promise<Connection> {
    const keeping = {
      open: (of: SessionTag, use: SessionUse) => openSession(login, of, signal, effects, use),
      unlock: unlockAll,
      close: (session: OwnSession) => session.close(),
    };
    return new Connection(login, signal, effects, await Sessions.open<OwnSession>(keeping, tag));
  }

  get runId(): SessionTag['runId'] {
    return this.#sessions.runId;
  }

  async read<Row>(sql: string, values?: readonly SqlValue[]): Promise<readonly Row[]> {
    return (await this.#sessions.main()).read(sql, values);
  }

  async write<Row>(effect: string, sql: string, values?: readonly SqlValue[]): Promise<readonly Row[]> {
    return (await this.#sessions.main()).write(effect, sql, values);
  }

  async readSnapshot<Row>(settings: Readonly<Record<string, string>>, sql: string): Promise<readonly Row[]> {
    return (await this.#sessions.main()).readSnapshot(settings, sql);
  }

  async transact(effect: string, statements: readonly string[]): Promise<void> {
    return (await this.#sessions.main()).transact(effect, statements);
  }

  /** Repeats `act` once when its reply was lost; only for what is the same done twice. */
  repeatably<T>(act: () => Promise<T>): Promise<T> {
    return repeatOnce(act, this.signal);
  }

  readOnly<Row>(query: string): Promise<readonly Row[]> {
    return readOnly<Row>(this, query);
  }

  /** A further session beside this one, closed with it. */
  more(runId: SessionTag['runId'], role: string, use: SessionUse): Promise<OwnSession> {
    return this.#sessions.more({ runId, role }, use);
  }

  /** Ends a further session and the locks it holds. */
  release(session: OwnSession): Promise<void> {
    return this.#sessions.release(session);
  }

  /** Ends further sessions of this connection with this role, held for an earlier call. */
  releaseRole(runId: SessionTag['runId'], role: string): Promise<void> {
    return this.#sessions.releaseAll({ runId, role });
  }

  /** Process ids of all open sessions of this connection. */
  pids(): readonly number[] {
    return this.#sessions.opened().map((session) => session.pid);
  }

  close(): Promise<void> {
    return this.#sessions.close();
  }
}
