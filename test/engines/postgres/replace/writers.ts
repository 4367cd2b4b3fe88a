import type pg from 'pg';
import { expect } from 'vitest';
import { type TestDatabase, until } from '../support.ts';

/** The table that the writers write to; whatever shape it has meanwhile, it has these columns. */
export const books = `
CREATE TABLE books (
  id int PRIMARY KEY,
  owner int NOT NULL,
  shelf int CONSTRAINT books_one_a_shelf UNIQUE,
  n int NOT NULL DEFAULT 0,
  title text
);
INSERT INTO books SELECT g, -1, NULL, 0, 'counter' FROM generate_series(1, 5) g;
INSERT INTO books SELECT 1000 + g, g % 6, 1000 + g, 0, 'book ' || g FROM generate_series(0, 1199) g;
ANALYZE books;`;

interface Book {
  readonly shelf: number | null;
  readonly n: number;
  readonly title: string;
}

/** Deterministic numbers in [0, 1) of a seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What a server may ask of an application at any time: to try the transaction again. */
const repeatable = new Set(['40001', '40P01']);

/**
 * One session of the application. It alone writes the books of its number and knows after each acknowledged commit
 * what they are; the counters are everybody's, and of them it knows what it has added.
 */
class Writer {
  readonly #client: pg.Client;
  readonly #owner: number;
  readonly #random: () => number;
  books = new Map<number, Book>();
  counters = new Map<number, number>();
  acknowledged = 0;
  repeated = 0;
  #stopped = false;
  #next: number;

  constructor(client: pg.Client, owner: number, seed: number) {
    this.#client = client;
    this.#owner = owner;
    this.#random = randomOf(seed * 1000 + owner);
    this.#next = 100_000 + owner;
    for (let g = 0; g < 1200; g++)
      if (g % 6 === owner) this.books.set(1000 + g, { shelf: 1000 + g, n: 0, title: `book ${g}` });
  }

  stop(): void {
    this.#stopped = true;
  }

  async run(): Promise<void> {
    while (!this.#stopped) await this.#transaction();
  }

  async #transaction(): Promise<void> {
    const books = new Map(this.books);
    const counters = new Map(this.counters);
    const isolation = this.#chance(0.15) ? 'REPEATABLE READ' : 'READ COMMITTED';
    try {
      await this.#client.query(`BEGIN ISOLATION LEVEL ${isolation}`);
      for (let count = 1 + this.#below(4); count > 0; count--) await this.#statement(books, counters);
      if (this.#chance(0.1)) {
        await this.#client.query('ROLLBACK');
        return;
      }
      await this.#client.query('COMMIT');
    } catch (error) {
      const { code } = error as { code?: string };
      if (!repeatable.has(code ?? '')) throw error;
      await this.#client.query('ROLLBACK');
      this.repeated += 1;
      return;
    }
    this.books = books;
    this.counters = counters;
    this.acknowledged += 1;
  }

  async #statement(books: Map<number, Book>, counters: Map<number, number>): Promise<void> {
    const owner = this.#owner;
    const ids = [...books.keys()];
    const id = ids[this.#below(ids.length)] ?? this.#fresh();
    const book = books.get(id) ?? { shelf: null, n: 0, title: '' };
    const title = `${Math.floor(this.#random() * 1e9)}`;
    const query = (sql: string, ...values: readonly unknown[]) => this.#client.query(sql, [...values]);
    switch (this.#below(10)) {
      case 0: {
        const added = this.#fresh();
        await query(
          'INSERT INTO books (id, owner, shelf, n, title) VALUES ($1::int, $2, $1::int, 1, $3)',
          added,
          owner,
          title,
        );
        books.set(added, { shelf: added, n: 1, title });
        return;
      }
      case 1:
        await query('UPDATE books SET title = $2, n = n + 1 WHERE id = $1', id, title);
        if (books.has(id)) books.set(id, { ...book, title, n: book.n + 1 });
        return;
      case 2: {
        const moved = this.#fresh();
        await query('UPDATE books SET id = $2 WHERE id = $1', id, moved);
        if (books.delete(id)) books.set(moved, book);
        return;
      }
      case 3:
        await query('DELETE FROM books WHERE id = $1', id);
        books.delete(id);
        return;
      case 4: {
        const at = this.#chance(0.5) ? id : this.#fresh();
        await query(
          `INSERT INTO books (id, owner, shelf, n, title) VALUES ($1, $2, NULL, 7, $3)
           ON CONFLICT (id) DO UPDATE SET title = EXCLUDED.title, n = books.n + 1`,
          at,
          owner,
          title,
        );
        const there = books.get(at);
        books.set(
          at,
          there === undefined ? { shelf: null, n: 7, title } : { ...there, title, n: there.n + 1 },
        );
        return;
      }
      case 5:
        // The rows change places on their shelves, one after the other.
        await query(
          'UPDATE books SET n = n + 1, shelf = shelf + 6000000 WHERE owner = $1 AND id % 7 = 0',
          owner,
        );
        for (const [each, one] of books)
          if (each % 7 === 0)
            books.set(each, {
              ...one,
              n: one.n + 1,
              shelf: one.shelf === null ? null : one.shelf + 6_000_000,
            });
        return;
      case 6:
        // Gone and back in one statement.
        await query(
          `WITH gone AS (DELETE FROM books WHERE id = $1 RETURNING *)
           INSERT INTO books (id, owner, shelf, n, title) SELECT id, owner, NULL, n + 1, $2 FROM gone`,
          id,
          title,
        );
        if (books.has(id)) books.set(id, { shelf: null, n: book.n + 1, title });
        return;
      case 7: {
        await query('DELETE FROM books WHERE id = $1', id);
        await query('INSERT INTO books (id, owner, n, title) VALUES ($1, $2, 2, $3)', id, owner, title);
        books.set(id, { shelf: null, n: 2, title });
        return;
      }
      default: {
        const counter = 1 + this.#below(5);
        await query('UPDATE books SET n = n + 1 WHERE id = $1', counter);
        counters.set(counter, (counters.get(counter) ?? 0) + 1);
      }
    }
  }

  #fresh(): number {
    this.#next += 6;
    return this.#next;
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }
}

/** Writers at work, and what must be in the table after each of their acknowledged transactions. */
export class Writers {
  readonly #writers: readonly Writer[];
  readonly #running: Promise<unknown>;
  #failure: unknown;

  private constructor(writers: readonly Writer[]) {
    this.#writers = writers;
    this.#running = Promise.all(writers.map((writer) => writer.run()));
    this.#running.catch((error: unknown) => {
      this.#failure = error;
    });
  }

  static async start(database: TestDatabase, seed: number, count = 6): Promise<Writers> {
    const writers = await Promise.all(
      Array.from({ length: count }, async (_, owner) => new Writer(await database.client(), owner, seed)),
    );
    return new Writers(writers);
  }

  /** Waits until each has had so many more transactions acknowledged. */
  async more(transactions: number): Promise<void> {
    const wanted = this.#writers.map((writer) => writer.acknowledged + transactions);
    await until('the writers go on', async () => {
      if (this.#failure !== undefined) throw this.#failure;
      return this.#writers.every((writer, index) => writer.acknowledged >= (wanted[index] ?? 0));
    });
  }

  /** Lets them finish, and compares the table with what they were told. */
  async check(database: TestDatabase): Promise<{ readonly acknowledged: number; readonly repeated: number }> {
    for (const writer of this.#writers) writer.stop();
    await this.#running;
    const rows = await database.query('SELECT id, owner, shelf, n, title FROM books ORDER BY id');
    const counters = Array.from({ length: 5 }, (_, index) => {
      const n = this.#writers.reduce((sum, writer) => sum + (writer.counters.get(index + 1) ?? 0), 0);
      return row(index + 1, -1, { shelf: null, n, title: 'counter' });
    });
    const own = this.#writers.flatMap((writer, owner) =>
      [...writer.books].map(([id, book]) => row(id, owner, book)),
    );
    expect(rows).toEqual([...counters, ...own.toSorted((a, b) => Number(a.id) - Number(b.id))]);
    return {
      acknowledged: this.#writers.reduce((sum, writer) => sum + writer.acknowledged, 0),
      repeated: this.#writers.reduce((sum, writer) => sum + writer.repeated, 0),
    };
  }
}

const row = (id: number, owner: number, { shelf, n, title }: Book) => ({
  id: String(id),
  owner: String(owner),
  shelf: shelf === null ? null : String(shelf),
  n: String(n),
  title,
});
