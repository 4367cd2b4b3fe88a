import type { Effects } from '../../app/ports/effects.ts';
import type { Login, SchemaFingerprint } from '../../app/ports/engine.ts';
import type { Scratch, ScratchDatabase } from '../../app/ports/scratch.ts';
import { FatalError } from '../../core/errors.ts';
import type { BackfillSpec } from '../../core/manifest/manifest.ts';
import type { Step } from '../../core/plan/plan.ts';
import { readFingerprint } from './fingerprint.ts';
import { quoteIdentifier, quoteTable } from './quote.ts';
import { openSession, type Session } from './session/session.ts';

/**
 * Databases made from the empty one of a login, which is itself left as it is. Throws FatalError when it is not
 * empty, or when its user may not make databases.
 * @param name told from those of others on the same server, by which the new databases are called
 */
export async function openScratch(
  login: Login,
  name: string,
  signal: AbortSignal,
  effects: Effects,
): Promise<Scratch> {
  const server = new ScratchServer(login, name, signal, effects);
  await server.refuseUnlessEmpty();
  try {
    const main = await server.make(login.database);
    return { main, copy: () => server.make(main.name), close: () => server.dropAll() };
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

  async refuseUnlessEmpty(): Promise<void> {
    const { database } = this.#login;
    const lines = await this.within(database, async (session) => {
      const [ledger] = await session.read<{ at: string | null }>(
        `SELECT to_regnamespace('lockkeeper')::text AS at`,
      );
      const { lines: all } = await readFingerprint(session);
      const others = all.filter((line) => !/^(?:extension|schema public) /.test(line));
      return ledger?.at == null ? others : ['schema lockkeeper', ...others];
    });
    const first = lines.find((line) => line.startsWith('table ')) ?? lines[0];
    if (first === undefined) return;
    const what = first.split(' ').slice(0, 2).join(' ');
    throw new FatalError(`the scratch database ${database} is not empty: it holds ${what}`, {
      code: 'scratch-not-empty',
      remedy: 'name a database that holds nothing but extensions',
    });
  }

  /** A database with what the other one holds. Nobody may be in that meanwhile, and we are not. */
  async make(from: string): Promise<PostgresScratch> {
    const name = `lockkeeper_scratch_${this.#name}_${++this.#count}`;
    // Before it is there, so that one whose making was interrupted is dropped as well.
    this.#made.add(name);
    await this.within(this.#login.database === from ? 'postgres' : this.#login.database, (session) =>
      session.write('scratch', `CREATE DATABASE ${quoteIdentifier(name)} TEMPLATE ${quoteIdentifier(from)}`),
    );
    return new PostgresScratch(name, this);
  }

  /** With sessions that are still in it. */
  async drop(name: string, signal = this.#signal): Promise<void> {
    const sql = `DROP DATABASE IF EXISTS ${quoteIdentifier(name)} WITH (FORCE)`;
    await this.within(this.#login.database, (session) => session.write('scratch', sql), signal);
    this.#made.delete(name);
  }

  /** Also after an interruption, which its own sessions have not heard of. */
  async dropAll(): Promise<void> {
    for (const name of [...this.#made]) await this.drop(name, new AbortController().signal);
  }

  async within<Result>(
    database: string,
    use: (session: Session) => Promise<Result>,
    signal = this.#signal,
  ): Promise<Result> {
    const login = { ...this.#login, database };
    const session = await openSession(login, { runId: 'none', role: 'scratch' }, signal, this.#effects);
    try {
      return await use(session);
    } finally {
      await session.close();
    }
  }
}

class PostgresScratch implements ScratchDatabase {
  readonly name: string;
  readonly #server: ScratchServer;

  constructor(name: string, server: ScratchServer) {
    this.name = name;
    this.#server = server;
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const step of steps) await this.#server.within(this.name, (session) => carryOut(session, step));
  }

  async backfill({ table, set, where }: BackfillSpec): Promise<void> {
    const values = Object.entries(set).map(([column, value]) => `${quoteIdentifier(column)} = (${value}\n)`);
    const condition = where === undefined ? '' : ` WHERE ${where}`;
    const sql = `UPDATE ${quoteTable(table.value)} SET ${values.join(', ')}${condition}`;
    await this.#server.within(this.name, (session) => session.write('scratch', sql));
  }

  fingerprint(): Promise<SchemaFingerprint> {
    return this.#server.within(this.name, readFingerprint);
  }

  drop(): Promise<void> {
    return this.#server.drop(this.name);
  }
}

async function carryOut(session: Session, { mode, statements }: Step): Promise<void> {
  const all = mode === 'alone' ? statements : ['BEGIN', ...statements, 'COMMIT'];
  for (const statement of all) await session.write('scratch', statement);
}
