import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type {
  CreateServerOptions,
  EngineLauncher,
  LaunchOptions,
  SnapshotOptions,
} from '../database-server.ts';
import { serverAccount } from '../host/account.ts';
import { privateFolder } from '../host/cache.ts';
import { copyTree } from '../host/copy.ts';
import { watchFolder } from '../host/watchdog.ts';
import { locateBinaries } from './binaries.ts';
import { PostgresServer } from './server.ts';
import { type PostgresSnapshot, takeSnapshot } from './snapshot.ts';
import { templateFolder } from './template.ts';

export interface CreatePostgresOptions extends CreateServerOptions {
  /** Real superuser rights for the master user, which RDS never gives. Default false. */
  readonly superuser?: boolean;
}

/** Makes PostgreSQL servers in one folder of this process, and removes all of it again. */
export class PostgresLauncher implements EngineLauncher<PostgresServer> {
  readonly folder: string;
  /** Version of PostgreSQL that new servers run, as RDS writes it, e.g. `18.4`. */
  readonly engineVersion: string;
  readonly #servers = new Set<PostgresServer>();
  readonly #unwatch: () => void;
  #count = 0;

  private constructor(folder: string, engineVersion: string) {
    this.folder = folder;
    this.engineVersion = engineVersion;
    this.#unwatch = watchFolder(folder);
  }

  static async open(): Promise<PostgresLauncher> {
    const account = serverAccount();
    const { engineVersion } = await locateBinaries(account);
    return new PostgresLauncher(await privateFolder(account, 'pg'), engineVersion);
  }

  /** A new, empty server with its master user. */
  async create(options: CreatePostgresOptions): Promise<PostgresServer> {
    const server = await this.#launchCopy(await templateFolder(), options);
    try {
      await server.asAdmin(async (client) => {
        const master = pg.escapeIdentifier(options.masterUsername);
        const rights = options.superuser ? 'SUPERUSER' : 'CREATEDB CREATEROLE';
        const password = pg.escapeLiteral(options.masterPassword);
        await client.query(`CREATE ROLE ${master} LOGIN ${rights} PASSWORD ${password}`);
        await client.query(`GRANT rds_superuser TO ${master} WITH ADMIN OPTION`);
        if (options.database === undefined) return;
        await client.query(`CREATE DATABASE ${pg.escapeIdentifier(options.database)} OWNER ${master}`);
      });
    } catch (error) {
      await this.discard(server);
      throw error;
    }
    return server;
  }

  /** A new server on a copy of a snapshot's folder; users and passwords are those of the snapshot. */
  async restore(snapshotFolder: string, options: LaunchOptions = {}): Promise<PostgresServer> {
    return this.#launchCopy(snapshotFolder, options);
  }

  /** Stops the server and starts it again on the same data; the port may change. */
  async restart(server: PostgresServer, options: LaunchOptions = {}): Promise<PostgresServer> {
    await server.stop();
    this.#servers.delete(server);
    const restarted = await PostgresServer.launch(server.dataDir, options);
    this.#servers.add(restarted);
    return restarted;
  }

  /** Stops the server and deletes its data. */
  async discard(server: PostgresServer): Promise<void> {
    await server.stop();
    this.#servers.delete(server);
    await rm(server.dataDir, { recursive: true, force: true });
  }

  /** Copies the data of a running server into this launcher's folder. */
  async takeSnapshot(server: PostgresServer, options: SnapshotOptions): Promise<PostgresSnapshot> {
    return takeSnapshot(server, this.newFolder('snapshot'), options);
  }

  /** `ALTER ROLE` through the private socket. */
  async setPassword(server: PostgresServer, user: string, password: string): Promise<void> {
    await server.asAdmin((client) =>
      client.query(`ALTER ROLE ${pg.escapeIdentifier(user)} PASSWORD ${pg.escapeLiteral(password)}`),
    );
  }

  /** An unused path in this folder, e.g. for a snapshot. */
  newFolder(kind: string): string {
    return join(this.folder, `${kind}${++this.#count}`);
  }

  /** Stops all servers and removes the folder. */
  async close(): Promise<void> {
    await Promise.all([...this.#servers].map((server) => server.stop()));
    this.#servers.clear();
    await rm(this.folder, { recursive: true, force: true });
    this.#unwatch();
  }

  async #launchCopy(from: string, options: LaunchOptions): Promise<PostgresServer> {
    const dataDir = this.newFolder('data');
    await copyTree(from, dataDir, { account: serverAccount() });
    const server = await PostgresServer.launch(dataDir, options);
    this.#servers.add(server);
    return server;
  }
}
