import type { Effects } from '../../app/ports/effects.ts';
import type { Login, SchemaFingerprint } from '../../app/ports/engine.ts';
import type { Scratch, ScratchDatabase } from '../../app/ports/scratch.ts';
import { FatalError } from '../../core/errors.ts';
import type { BackfillSpec } from '../../core/manifest/manifest.ts';
import type { Step } from '../../core/plan/plan.ts';
import { readFingerprint } from './fingerprint.ts';
import { LEDGER_PREFIX } from './ledger/names.ts';
import { quoteIdentifier, quoteTable } from './quote.ts';
import { Connection } from './session/connection.ts';

/**
 * Databases beside the empty one of a login, which is itself left as it is. The server copies none: a copy is made
 * by carrying out once more what its original has seen. Throws FatalError when the login’s database is not empty, or
 * when its user may not make databases.
 * @param name told from those of others on the same server, by which the new databases are called
 */
export async function openScratch(
  login: Login,
  name: string,
  signal: AbortSignal,
  effects: Effects,
): Promise<Scratch> {
  const server = new ScratchServer(login, name, signal, effects);
  const { collation } = await server.refuseUnlessEmpty();
  try {
    const main = await server.make(collation);
    return { main, copy: () => server.copy(main, collation), close: () => server.dropAll() };
  } catch (error) {
    await server.dropAll();
    throw error;
  }
}

class ScratchServer {
  readonly #login: Login;
  readonly #name: string;
  readonly #signal: AbortSignal;
  readonly #effects: Effects;
  readonly #made = new Set<string>();
  #count = 0;

  constructor(login: Login, name: string, signal: AbortSignal, effects: Effects) {
    this.#login = login;
    this.#name = name;
    this.#signal = signal;
    this.#effects = effects;
  }

  async refuseUnlessEmpty(): Promise<{ readonly collation: string }> {
    const { database } = this.#login;
    return this.within(database, async (connection) => {
      const { lines } = await readFingerprint(connection);
      const ours = await connection.read<{ name: string }>(
        `SELECT table_name AS name FROM information_schema.tables
         WHERE table_schema = DATABASE() AND LEFT(table_name, ?) = ? LIMIT 1`,
        [LEDGER_PREFIX.length, LEDGER_PREFIX],
      );
      const others = [
        ...ours.map(({ name }) => `table ${name}`),
        ...lines.filter((line) => !line.startsWith('database ')),
      ];
      const first = others.find((line) => line.startsWith('table ')) ?? others[0];
      if (first !== undefined) {
        const what = first.split(' ').slice(0, 2).join(' ');
        throw new FatalError(`the scratch database ${database} is not empty: it holds ${what}`, {
          code: 'scratch-not-empty',
          remedy: 'name a database that holds nothing',
        });
      }
      const [row] = await connection.read<{ collation: string }>('SELECT @@collation_database AS collation');
      return { collation: row?.collation ?? 'utf8mb4_bin' };
    });
  }

  async make(collation: string): Promise<MySqlScratch> {
    const name = `lockkeeper_scratch_${this.#name}_${++this.#count}`;
    // Before it is there, so that one whose making was interrupted is dropped as well.
    this.#made.add(name);
    await this.within(this.#login.database, (connection) =>
      connection.write('scratch', `CREATE DATABASE ${quoteIdentifier(name)} COLLATE ${collation}`),
    );
    return new MySqlScratch(name, this);
  }

  async copy(original: MySqlScratch, collation: string): Promise<MySqlScratch> {
    const copy = await this.make(collation);
    await original.repeatIn(copy);
    return copy;
  }

  async drop(name: string, signal = this.#signal): Promise<void> {
    const sql = `DROP DATABASE IF EXISTS ${quoteIdentifier(name)}`;
    await this.within(this.#login.database, (connection) => connection.write('scratch', sql), signal);
    this.#made.delete(name);
  }

  /** Also after an interruption, which its own sessions have not heard of. */
  async dropAll(): Promise<void> {
    for (const name of [...this.#made]) await this.drop(name, new AbortController().signal);
  }

  async within<Result>(
    database: string,
    use: (connection: Connection) => Promise<Result>,
    signal = this.#signal,
  ): Promise<Result> {
    const login = { ...this.#login, database };
    const connection = await Connection.open(
      login,
      { runId: 'none', role: 'scratch' },
      signal,
      this.#effects,
    );
    try {
      return await use(connection);
    } finally {
      await connection.close();
    }
  }
}

type Act = (connection: Connection) => Promise<void>;

class MySqlScratch implements ScratchDatabase {
  readonly name: string;
  readonly #server: ScratchServer;
  /** What it has seen, each act in a session of its own. */
  readonly #acts: Act[] = [];

  constructor(name: string, server: ScratchServer) {
    this.name = name;
    this.#server = server;
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const step of steps) await this.#act((connection) => carryOut(connection, step));
  }

  backfill({ table, set, where }: BackfillSpec): Promise<void> {
    const values = Object.entries(set).map(([column, value]) => `${quoteIdentifier(column)} = (${value}\n)`);
    const condition = where === undefined ? '' : ` WHERE ${where}`;
    const sql = `UPDATE ${quoteTable(table.value)} SET ${values.join(', ')}${condition}`;
    return this.#act(async (connection) => void (await connection.write('scratch', sql)));
  }

  fingerprint(): Promise<SchemaFingerprint> {
    return this.#server.within(this.name, readFingerprint);
  }

  drop(): Promise<void> {
    return this.#server.drop(this.name);
  }

  async repeatIn(other: MySqlScratch): Promise<void> {
    for (const act of this.#acts) await other.#act(act);
  }

  async #act(act: Act): Promise<void> {
    await this.#server.within(this.name, act);
    this.#acts.push(act);
  }
}

async function carryOut(connection: Connection, { mode, statements }: Step): Promise<void> {
  const all = mode === 'alone' ? statements : ['START TRANSACTION', ...statements, 'COMMIT'];
  for (const statement of all) await connection.write('scratch', statement);
}
