import type { Reply } from './connection.ts';
import { currencies, hasPreloadedOrder, orderKey, userOfOrder } from './data.ts';
import type { Command } from './dialect.ts';
import { pick, pickBelow, uuid } from './random.ts';
import type { LoggedWrite, WrittenTable } from './write-log.ts';
import type { WriterParts } from './writer-parts.ts';

/** A row this writer alone changes, with its revision as far as the writer knows. */
interface OwnRow {
  readonly key: string;
  revision: number;
}

interface OwnUser extends OwnRow {
  readonly orders: OwnRow[];
}

/**
 * One client of the application: each `step` is one statement in a transaction of its own. It changes rows
 * that it has inserted itself and its share of the preloaded ones, so that what must be in a row is known
 * exactly.
 */
export class Writer {
  readonly #parts: WriterParts;
  readonly #users: OwnUser[] = [];
  readonly #orders: OwnRow[] = [];
  /** Preloaded rows that are gone, or may be: not touched again. */
  readonly #done = new Set<string>();
  #operations = 0;
  #server = 0;

  constructor(parts: WriterParts) {
    this.#parts = parts;
  }

  /**
   * Tells the writer where its connection leads. On another server its own rows may be gone and their keys
   * may be given to others: it starts afresh.
   */
  connectedTo(identity: string): void {
    const server = this.#parts.log.serverNumber(identity);
    if (server === this.#server) return;
    this.#server = server;
    this.#users.length = 0;
    this.#orders.length = 0;
  }

  async step(): Promise<void> {
    const { random } = this.#parts;
    const operation = `${this.#parts.tag}-${this.#parts.number}-${++this.#operations}`;
    const dice = random();
    if (dice < 0.25 || this.#users.length === 0) return this.#insertUser(operation);
    if (dice < 0.4) return this.#updateUser(operation, pick(this.#users, random));
    if (dice < 0.58) return this.#updatePreloadedUser(operation);
    if (dice < 0.65) return this.#deleteUser(pick(this.#users, random));
    if (dice < 0.7) return this.#deletePreloadedUser();
    if (dice < 0.88) return this.#insertOrder(operation);
    if (dice < 0.94) return this.#updateOrder(operation, pick(this.#orders, random));
    return this.#updatePreloadedOrder(operation);
  }

  async #insertUser(operation: string): Promise<void> {
    const verified = this.#parts.random() < 0.6;
    const email = `${operation}@example.net`;
    const { statements, version } = this.#parts;
    const command = statements.insertUser(version(), { email, name: operation, verified });
    const reply = await this.#send(command);
    // The key of an insert without reply is unknown, and nothing can be said about it.
    if (reply.is !== 'done') return;
    const key = String(reply.row?.key);
    const revision = reply.row?.revision ?? 0;
    this.#users.push({ key, revision, orders: [] });
    this.#record('users', key, 'insert', revision);
  }

  async #updateUser(operation: string, user: OwnUser | undefined): Promise<void> {
    if (user === undefined) return;
    const command = this.#updateUserCommand(user.key, operation);
    const known = this.#afterUpdate('users', user, await this.#send(command));
    if (!known) remove(this.#users, user);
  }

  #updateUserCommand(key: string, operation: string): Command {
    const { statements, version, random } = this.#parts;
    return statements.updateUser(version(), key, operation, random() < 0.1);
  }

  async #updatePreloadedUser(operation: string): Promise<void> {
    const key = this.#ownPreloaded('users');
    if (key === null) return;
    const command = this.#updateUserCommand(key, operation);
    this.#afterPreloaded('users', key, await this.#send(command));
  }

  /** The cascade takes the user's orders along: they are recorded as deleted by the same statement. */
  async #deleteUser(user: OwnUser | undefined): Promise<void> {
    if (user === undefined) return;
    const reply = await this.#send(this.#parts.statements.deleteUser(user.key));
    if (reply.is === 'refused') return;
    remove(this.#users, user);
    if (reply.is === 'done' && reply.row === null) {
      this.#record('users', user.key, 'miss', null);
      return;
    }
    const outcome = reply.is === 'done' ? 'acknowledged' : 'ambiguous';
    this.#record('users', user.key, 'delete', null, outcome);
    for (const order of user.orders) {
      remove(this.#orders, order);
      this.#record('orders', order.key, 'delete', null, outcome);
    }
  }

  async #deletePreloadedUser(): Promise<void> {
    const key = this.#ownPreloaded('users');
    if (key === null || hasPreloadedOrder(Number(key))) return;
    const reply = await this.#send(this.#parts.statements.deleteUser(key));
    if (reply.is === 'refused') return;
    this.#done.add(`users ${key}`);
    if (reply.is === 'done' && reply.row === null) {
      this.#record('users', key, 'miss', null);
      return;
    }
    this.#record('users', key, 'delete', null, reply.is === 'done' ? 'acknowledged' : 'ambiguous');
  }

  async #insertOrder(operation: string): Promise<void> {
    const { random, size, statements } = this.#parts;
    const user = random() < 0.5 ? pick(this.#users, random) : undefined;
    const order: OwnRow = { key: uuid(random), revision: 0 };
    const reply = await this.#send(
      statements.insertOrder({
        id: order.key,
        user: user?.key ?? String(userOfOrder(1 + pickBelow(random, size.orders))),
        cents: 100 + pickBelow(random, 90_000),
        currency: currencies[pickBelow(random, currencies.length)] ?? 'EUR',
        reference: operation,
      }),
    );
    if (reply.is === 'refused') return;
    this.#record('orders', order.key, 'insert', 0, reply.is === 'done' ? 'acknowledged' : 'ambiguous');
    user?.orders.push(order);
    if (reply.is === 'done') this.#orders.push(order);
  }

  async #updateOrder(operation: string, order: OwnRow | undefined): Promise<void> {
    if (order === undefined) return;
    const known = this.#afterUpdate(
      'orders',
      order,
      await this.#send(this.#parts.statements.updateOrder(order.key, operation)),
    );
    if (!known) remove(this.#orders, order);
  }

  async #updatePreloadedOrder(operation: string): Promise<void> {
    const key = this.#ownPreloaded('orders');
    if (key === null) return;
    const command = this.#parts.statements.updateOrder(key, operation);
    this.#afterPreloaded('orders', key, await this.#send(command));
  }

  /** False when the row's state is no longer known for certain: it is then left alone. */
  #afterUpdate(table: WrittenTable, row: OwnRow, reply: Reply): boolean {
    if (reply.is === 'refused') return true;
    if (reply.is === 'lost') {
      this.#record(table, row.key, 'update', row.revision + 1, 'ambiguous');
      return false;
    }
    if (reply.row === null) {
      this.#record(table, row.key, 'miss', null);
      return false;
    }
    row.revision = reply.row.revision;
    this.#record(table, row.key, 'update', row.revision);
    return true;
  }

  #afterPreloaded(table: WrittenTable, key: string, reply: Reply): void {
    if (reply.is === 'refused') return;
    if (reply.is === 'done' && reply.row !== null) {
      this.#record(table, key, 'update', reply.row.revision);
      return;
    }
    this.#done.add(`${table} ${key}`);
    if (reply.is === 'done') {
      this.#record(table, key, 'miss', null);
      return;
    }
    const revision = this.#lastRevision(table, key);
    if (revision !== null) this.#record(table, key, 'update', revision + 1, 'ambiguous');
  }

  /** Looked for only after a broken connection. Rows never updated are at revision 0 when loaded. */
  #lastRevision(table: WrittenTable, key: string): number | null {
    const last = this.#parts.log.writes.findLast((write) => write.table === table && write.key === key);
    return last === undefined ? 0 : last.revision;
  }

  #ownPreloaded(table: WrittenTable): string | null {
    const { number, writers, random, size } = this.#parts;
    const ordinal = 1 + number + writers * pickBelow(random, Math.floor(size[table] / writers));
    const key = table === 'users' ? String(ordinal) : orderKey(ordinal);
    return this.#done.has(`${table} ${key}`) ? null : key;
  }

  async #send(command: Command): Promise<Reply> {
    const { connection, measurements, stopwatch } = this.#parts;
    const measured = measurements.begin(stopwatch());
    const reply = await connection.send(command);
    const outcome =
      reply.is === 'done' ? 'acknowledged' : reply.is === 'lost' ? 'ambiguous' : { failed: reply.code };
    measured.end(stopwatch(), outcome);
    return reply;
  }

  #record(
    table: WrittenTable,
    key: string,
    does: LoggedWrite['does'],
    revision: number | null,
    outcome: LoggedWrite['outcome'] = 'acknowledged',
  ): void {
    const { log, clock } = this.#parts;
    log.add({ table, key, does, revision, outcome, at: clock.now(), server: this.#server });
  }
}

function remove<Item>(items: Item[], item: Item): void {
  const index = items.indexOf(item);
  if (index >= 0) items.splice(index, 1);
}
