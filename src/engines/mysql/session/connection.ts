import type { Effects } from '../../../app/ports/effects.ts';
import type { Login, SessionTag } from '../../../app/ports/engine.ts';
import { repeatOnce } from '../../repeat.ts';
import { Sessions, type SessionUse } from '../../sessions.ts';
import { readOnly } from '../../sql-check.ts';
import type { SqlValue } from '../quote.ts';
import { readServer, type Server } from '../server.ts';
import { type OwnSession, openSession, type Session } from './session.ts';
import { forgetSession, recordSession } from './session-record.ts';

/** The way to one database: a session that is opened again after a loss, and further ones on demand. */
export class Connection implements Session {
  readonly login: Login;
  readonly signal: AbortSignal;
  readonly effects: Effects;
  readonly server: Server;
  readonly #sessions: Sessions<OwnSession>;

  private constructor(
    login: Login,
    signal: AbortSignal,
    effects: Effects,
    sessions: Sessions<OwnSession>,
    server: Server,
  ) {
    this.login = login;
    this.signal = signal;
    this.effects = effects;
    this.server = server;
    this.#sessions = sessions;
  }

  static async open(
    login: Login,
    tag: SessionTag,
    signal: AbortSignal,
    effects: Effects,
  ): Promise<Connection> {
    const keeping = {
      open: async (of: SessionTag, use: SessionUse) =>
        recorded(await openSession(login, of, signal, effects, use)),
      unlock: (session: OwnSession) => session.read('DO RELEASE_ALL_LOCKS()'),
      close: farewell,
    };
    const sessions = await Sessions.open<OwnSession>(keeping, tag);
    return new Connection(login, signal, effects, sessions, await readServer(sessions.last));
  }

  get runId(): SessionTag['runId'] {
    return this.#sessions.runId;
  }

  get id(): number {
    return this.#sessions.last.id;
  }

  get database(): string {
    return this.#sessions.last.database;
  }

  async read<Row>(sql: string, values?: readonly SqlValue[]): Promise<readonly Row[]> {
    return (await this.#sessions.main()).read(sql, values);
  }

  async write<Row>(
    effect: string,
    sql: string,
    values?: readonly SqlValue[],
    timeoutMs?: number,
  ): Promise<readonly Row[]> {
    return (await this.#sessions.main()).write(effect, sql, values, timeoutMs);
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

  /** Records the sessions that were opened before there was a ledger to do it in. */
  async recordAll(): Promise<void> {
    for (const session of this.#sessions.opened()) await recordSession(session);
  }

  /** Numbers of all open sessions of this connection. */
  ids(): readonly number[] {
    return this.#sessions.opened().map((session) => session.id);
  }

  close(): Promise<void> {
    return this.#sessions.close();
  }
}

async function recorded(session: OwnSession): Promise<OwnSession> {
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
