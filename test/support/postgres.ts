import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { PostgresLauncher } from '../../src/local/rds/postgres/launcher.ts';

export interface TestPostgres {
  readonly port: number;
  /** URL of the database `postgres` as a superuser. */
  readonly superuserUrl: string;
  /** A fresh, empty database owned by the superuser; a unique name unless one is given. */
  createDatabase(name?: string): Promise<{ readonly url: string; readonly name: string }>;
  /** Stops the server and removes its data. */
  stop(): Promise<void>;
}

let databases = 0;

/**
 * A real PostgreSQL server of its own on a free loopback port, from a prepared data folder (the first start
 * on a machine prepares it and takes some seconds, later ones a fraction of one). fsync is off.
 * @param settings further server settings, e.g. `{ max_prepared_transactions: '10' }`
 */
export async function startPostgres(settings: Readonly<Record<string, string>> = {}): Promise<TestPostgres> {
  const launcher = await PostgresLauncher.open();
  const password = randomBytes(12).toString('hex');
  const server = await launcher
    .create({
      masterUsername: 'test',
      masterPassword: password,
      superuser: true,
      durability: 'relaxed',
      settings,
    })
    .catch(async (error: unknown) => {
      await launcher.close();
      throw error;
    });
  const urlOf = (database: string) => `postgres://test:${password}@127.0.0.1:${server.port}/${database}`;
  return {
    port: server.port,
    superuserUrl: urlOf('postgres'),
    async createDatabase(name = `test_${process.pid}_${++databases}`) {
      const client = new pg.Client({ connectionString: urlOf('postgres') });
      await client.connect();
      try {
        await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
      } finally {
        await client.end();
      }
      return { url: urlOf(name), name };
    },
    stop: () => launcher.close(),
  };
}
