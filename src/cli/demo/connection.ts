import type { Clock } from '../../app/ports/clock.ts';
import type { ChangedRow, Command, Dialect, Login, Session } from './dialect.ts';

/** How one statement ended for the writer that sent it. */
export type Reply =
  | { readonly is: 'done'; readonly row: ChangedRow | null }
  /** The server refused it: nothing changed. `code` is the server's. */
  | { readonly is: 'refused'; readonly code: string }
  /** The connection went before the reply: it may have happened. */
  | { readonly is: 'lost' };

export interface ConnectionOptions {
  readonly dialect: Dialect;
  readonly connect: () => Login;
  /** The current password, asked for when a login is refused. */
  readonly password?: () => Promise<string>;
  readonly name: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
}

const firstBackoffMs = 25;
const longestBackoffMs = 500;
const connectWithinMs = 5_000;
/** Far above any wait a migration may cause: past it the connection is taken for dead. */
const replyWithinMs = 30_000;

/** A connection that comes back: lost, it is opened again with short pauses until it works or is stopped. */
export class LastingConnection {
  readonly #options: ConnectionOptions;
  #session: Session | null = null;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#session !== null;
  }

  /**
   * Opens a connection once.
   * @returns the identity of the server it leads to
   */
  async open(): Promise<string> {
    const { dialect, connect, password } = this.#options;
    try {
      return await this.#openWith(connect());
    } catch (error) {
      if (password === undefined || !dialect.isRefusedLogin(error)) throw error;
      return this.#openWith({ ...connect(), password: await password() });
    }
  }

  /** Opens until it works; null when stopped meanwhile. */
  async reopen(): Promise<string | null> {
    const { clock, random, signal } = this.#options;
    for (
      let backoffMs = firstBackoffMs;
      !signal.aborted;
      backoffMs = Math.min(backoffMs * 2, longestBackoffMs)
    ) {
      try {
        return await this.open();
      } catch {
        // Whatever it is, a server that is being swapped may answer otherwise in a moment.
        await clock.sleep(backoffMs * (0.5 + random() / 2), signal).catch(() => undefined);
      }
    }
    return null;
  }

  async send(command: Command): Promise<Reply> {
    const session = this.#session;
    if (session === null) return { is: 'lost' };
    try {
      return { is: 'done', row: await session.write(command) };
    } catch (error) {
      const code = this.#options.dialect.refusalOf(error);
      if (code !== null) return { is: 'refused', code };
      this.#drop(session);
      return { is: 'lost' };
    }
  }

  async close(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    await session?.close().catch(() => undefined);
  }

  async #openWith(login: Login): Promise<string> {
    const { dialect, name } = this.#options;
    const opening: { session?: Session } = {};
    const session = await dialect.open(login, {
      name,
      connectWithinMs,
      replyWithinMs,
      onLost: () => {
        if (opening.session !== undefined) this.#drop(opening.session);
      },
    });
    opening.session = session;
    try {
      const identity = await session.identity();
      this.#session = session;
      return identity;
    } catch (error) {
      void session.close().catch(() => undefined);
      throw error;
    }
  }

  #drop(session: Session): void {
    if (this.#session !== session) return;
    this.#session = null;
    void session.close().catch(() => undefined);
  }
}
