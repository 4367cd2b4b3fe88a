import { randomBytes } from 'node:crypto';
import type { Clock } from '../../app/ports/clock.ts';
import { AwsError } from '../gateway/errors.ts';
import type { ServerConnection } from './connections.ts';

export interface TransactionLimits {
  /** Milliseconds without a call after which it is rolled back. */
  readonly idleMs: number;
  /** Milliseconds after which it is rolled back in any case. */
  readonly longestMs: number;
}

interface Open {
  readonly connection: ServerConnection;
  /** Cluster and secret it was begun with; others may not use it. */
  readonly owner: string;
  readonly endsAt: number;
  timer: AbortController;
}

/** Transactions by their id, each on a connection of its own. */
export class Transactions {
  readonly #clock: Clock;
  readonly #limits: TransactionLimits;
  readonly #open = new Map<string, Open>();

  constructor(clock: Clock, limits: TransactionLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  async begin(connection: ServerConnection, owner: string): Promise<string> {
    await connection.run({ text: 'BEGIN', values: [] });
    const id = randomBytes(96).toString('base64');
    const timer = new AbortController();
    this.#open.set(id, { connection, owner, endsAt: this.#clock.now() + this.#limits.longestMs, timer });
    this.#expireLater(id);
    return id;
  }

  /** Uses a transaction; an error ends it, as every statement after one would be refused. */
  async use<Result>(
    id: string,
    owner: string,
    work: (connection: ServerConnection) => Promise<Result>,
  ): Promise<Result> {
    const open = this.#find(id, owner);
    open.timer.abort();
    try {
      const result = await work(open.connection);
      this.#expireLater(id);
      return result;
    } catch (error) {
      // An answer that cannot be carried is none of the database's errors.
      if (error instanceof AwsError && error.code === 'UnsupportedResultException') this.#expireLater(id);
      else await this.#end(id);
      throw error;
    }
  }

  async finish(id: string, owner: string, how: 'COMMIT' | 'ROLLBACK'): Promise<void> {
    const { connection, timer } = this.#find(id, owner);
    timer.abort();
    this.#open.delete(id);
    try {
      await connection.run({ text: how, values: [] });
    } finally {
      await connection.close();
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((id) => this.#end(id)));
  }

  #find(id: string, owner: string): Open {
    const open = this.#open.get(id);
    if (open !== undefined && !open.connection.lost && open.owner === owner) return open;
    throw new AwsError('TransactionNotFoundException', `Transaction ${id} is not found`);
  }

  #expireLater(id: string): void {
    const open = this.#open.get(id);
    if (open === undefined) return;
    open.timer = new AbortController();
    const ms = Math.min(this.#limits.idleMs, Math.max(0, open.endsAt - this.#clock.now()));
    this.#clock.sleep(ms, open.timer.signal).then(
      () => this.#end(id),
      () => undefined,
    );
  }

  /** The server rolls back what its client leaves. */
  async #end(id: string): Promise<void> {
    const open = this.#open.get(id);
    this.#open.delete(id);
    open?.timer.abort();
    await open?.connection.close();
  }
}
