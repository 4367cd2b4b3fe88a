import { type DatabaseLauncher, independentOfEngine } from './database-server.ts';
import type { RdsEngine } from './engines.ts';
import { MysqlLauncher } from './mysql/launcher.ts';
import { PostgresLauncher } from './postgres/launcher.ts';

/** The launchers of all engines; each is opened when its first server is asked for. */
export class Launchers {
  readonly #opening = new Map<RdsEngine, Promise<DatabaseLauncher>>();
  readonly #open = new Map<RdsEngine, DatabaseLauncher>();

  /** @throws Error that says in words why this machine has no server of the engine */
  async of(engine: RdsEngine): Promise<DatabaseLauncher> {
    const opening = this.#opening.get(engine) ?? open[engine]();
    this.#opening.set(engine, opening);
    try {
      const launcher = await opening;
      this.#open.set(engine, launcher);
      return launcher;
    } catch (error) {
      this.#opening.delete(engine);
      throw error;
    }
  }

  /** The launchers opened so far. */
  opened(): ReadonlyMap<RdsEngine, DatabaseLauncher> {
    return this.#open;
  }

  /** Stops all servers and removes their data. */
  async close(): Promise<void> {
    const launchers = await Promise.allSettled(this.#opening.values());
    await Promise.all(
      launchers.map((result) => (result.status === 'fulfilled' ? result.value.close() : undefined)),
    );
  }
}

const open: Readonly<Record<RdsEngine, () => Promise<DatabaseLauncher>>> = {
  postgres: async () => independentOfEngine(await PostgresLauncher.open()),
  mariadb: async () => independentOfEngine(await MysqlLauncher.open('mariadb')),
  mysql: async () => independentOfEngine(await MysqlLauncher.open('mysql')),
};
