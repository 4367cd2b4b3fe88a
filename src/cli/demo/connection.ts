import pg from 'pg';
import type { Clock } from '../../app/ports/clock.ts';
import type { Command } from './application.ts';
import { serverIdentitySql } from './write-log.ts';

/** How one statement ended for the writer that sent it. */
export type Reply =
  | { readonly is: 'done'; readonly row: Record<string, unknown> | null }
  /** The server refused it: nothing changed. */
  | { readonly is: 'refused'; readonly sqlState: string }
  /** The connection went before the reply: it may have happened. */
  | { readonly is: 'lost' };

export interface ConnectionOptions {
  readonly connect: () => pg.ClientConfig;
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
  #client: pg.Client | null = null;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#client !== null;
  }

  /**
   * Opens a connection once.
   * @returns the identity of the server it leads to
   */
  async open(): Promise<string> {
    const { connect, password } = this.#options;
    try {
      return await this.#openWith(connect());
    } catch (error) {
      if (password === undefined || !isRefusedLogin(error)) throw error;
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

  async send({ sql, values }: Command): Promise<Reply> {
    const client = this.#client;
    if (client === null) return { is: 'lost' };
    try {
      const { rows } = await client.query<Record<string, unknown>>(sql, [...values]);
      return { is: 'done', row: rows[0] ?? null };
    } catch (error) {
      const sqlState = refusalOf(error);
      if (sqlState !== null) return { is: 'refused', sqlState };
      this.#drop(client);
      return { is: 'lost' };
    }
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => undefined);
  }

  async #openWith(config: pg.ClientConfig): Promise<string> {
    const client = new pg.Client({
      ...config,
      application_name: this.#options.name,
      connectionTimeoutMillis: connectWithinMs,
      query_timeout: replyWithinMs,
    });
    client.on('error', () => this.#drop(client));
    try {
      await client.connect();
      const { rows } = await client.query<{ identity: string }>(serverIdentitySql);
      this.#client = client;
      return rows[0]?.identity ?? '';
    } catch (error) {
      void client.end().catch(() => undefined);
      throw error;
    }
  }

  #drop(client: pg.Client): void {
    if (this.#client !== client) return;
    this.#client = null;
    void client.end().catch(() => undefined);
  }
}

const isRefusedLogin = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && /^28/.test(error.code ?? '');

/** Classes 08 (connection) and 57P (shutdown) end the session, perhaps after the commit: not a refusal. */
function refusalOf(error: unknown): string | null {
  if (!(error instanceof pg.DatabaseError) || error.code === undefined) return null;
  return /^(08|57P)/.test(error.code) ? null : error.code;
}
