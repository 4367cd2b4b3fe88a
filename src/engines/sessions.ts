import type { SessionTag } from '../app/ports/engine.ts';

/** What a session is for; it decides the server's limits on it. */
export type SessionUse =
  /** Questions and short writes. */
  | 'ordinary'
  /** One partition of a backfill. */
  | 'worker'
  /** A step, which the server carries to its end though the client may be gone. */
  | 'detached';

interface KeptSession {
  /** The connection is gone; every further call fails. */
  readonly lost: boolean;
  /** Cuts the connection at once, without a word to the server. */
  abandon(): void;
}

/** How an engine opens and ends sessions to one database. */
export interface SessionKeeping<Session> {
  open(tag: SessionTag, use: SessionUse): Promise<Session>;
  /** Gives up the session's locks, which the server would give up only when it notices its end. */
  unlock(session: Session): Promise<unknown>;
  close(session: Session): Promise<void>;
}

/** The sessions to one database: a main one that is opened again after a loss, and further ones on demand. */
export class Sessions<Session extends KeptSession> {
  readonly #keeping: SessionKeeping<Session>;
  readonly #tag: SessionTag;
  readonly #more = new Map<Session, SessionTag>();
  #main: Session;
  #closed = false;

  private constructor(keeping: SessionKeeping<Session>, tag: SessionTag, main: Session) {
    this.#keeping = keeping;
    this.#tag = tag;
    this.#main = main;
  }

  static async open<Session extends KeptSession>(
    keeping: SessionKeeping<Session>,
    tag: SessionTag,
  ): Promise<Sessions<Session>> {
    return new Sessions(keeping, tag, await keeping.open(tag, 'ordinary'));
  }

  /** The main session as it was last, lost or not. */
  get last(): Session {
    return this.#main;
  }

  get runId(): SessionTag['runId'] {
    return this.#tag.runId;
  }

  async main(): Promise<Session> {
    if (this.#main.lost && !this.#closed) this.#main = await this.#keeping.open(this.#tag, 'ordinary');
    return this.#main;
  }

  /** A further session beside the main one, closed with it. */
  async more(tag: SessionTag, use: SessionUse): Promise<Session> {
    const session = await this.#keeping.open(tag, use);
    for (const old of this.#more.keys()) if (old.lost) this.#more.delete(old);
    this.#more.set(session, tag);
    return session;
  }

  /** Ends a further session and the locks it holds. */
  async release(session: Session): Promise<void> {
    if (!session.lost) await this.#keeping.unlock(session).catch(() => session.abandon());
    this.#more.delete(session);
    await this.#keeping.close(session);
  }

  /** Ends further sessions that were opened under this tag for an earlier call. */
  async releaseAll({ runId, role }: SessionTag): Promise<void> {
    const old = [...this.#more].filter(([, tag]) => tag.runId === runId && tag.role === role);
    await Promise.all(old.map(([session]) => this.release(session)));
  }

  /** All that are open. */
  opened(): readonly Session[] {
    return [this.#main, ...this.#more.keys()].filter((session) => !session.lost);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([this.#main, ...this.#more.keys()].map((session) => this.#keeping.close(session)));
    this.#more.clear();
  }
}
