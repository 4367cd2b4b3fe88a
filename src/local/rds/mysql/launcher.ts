import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  CreateServerOptions,
  EngineLauncher,
  LaunchOptions,
  PhysicalSnapshot,
  SnapshotOptions,
} from '../database-server.ts';
import { serverAccount } from '../host/account.ts';
import { privateFolder } from '../host/cache.ts';
import { copyTree } from '../host/copy.ts';
import { watchFolder } from '../host/watchdog.ts';
import { createMasterUser, setPassword } from './master-user.ts';
import { locatePrograms, type MysqlKind, type MysqlPrograms } from './programs.ts';
import { MysqlServer } from './server.ts';
import { isOfOneServer } from './settings.ts';
import { prepare, takeSnapshot } from './snapshot.ts';
import { templateFolder } from './template.ts';

export interface CreateMysqlOptions extends CreateServerOptions {
  /** Every right for the master user, which RDS never gives. Default false. */
  readonly superuser?: boolean;
}

/** Makes MariaDB or MySQL servers in one folder of this process, and removes all of it again. */
export class MysqlLauncher implements EngineLauncher<MysqlServer> {
  readonly folder: string;
  readonly #programs: MysqlPrograms;
  readonly #servers = new Set<MysqlServer>();
  readonly #unwatch: () => void;
  #count = 0;

  private constructor(folder: string, programs: MysqlPrograms) {
    this.folder = folder;
    this.#programs = programs;
    this.#unwatch = watchFolder(folder);
  }

  /**
   * @param series e.g. `5.7`; any version when omitted
   * @throws NoServerError when this machine has no such server and cannot get one
   */
  static async open(kind: MysqlKind, series?: string): Promise<MysqlLauncher> {
    return MysqlLauncher.with(await locatePrograms(kind, series));
  }

  static async with(programs: MysqlPrograms): Promise<MysqlLauncher> {
    return new MysqlLauncher(await privateFolder(serverAccount(), 'my'), programs);
  }

  /** Version of the server that is launched, as RDS writes it, e.g. `10.11.19`. */
  get engineVersion(): string {
    return this.#programs.version;
  }

  /** A new, empty server with its master user. */
  async create(options: CreateMysqlOptions): Promise<MysqlServer> {
    const { masterUsername: name, masterPassword: password, superuser, database } = options;
    const server = await this.#launchCopy(await templateFolder(this.#programs), options);
    try {
      await createMasterUser(server, { name, password, superuser });
      if (database !== undefined) {
        await server.asAdmin((connection) => connection.query('CREATE DATABASE ??', [database]));
      }
    } catch (error) {
      await this.discard(server);
      throw error;
    }
    return server;
  }

  /** A new server on a copy of a snapshot's folder; users and passwords are those of the snapshot. */
  async restore(snapshotFolder: string, options: LaunchOptions = {}): Promise<MysqlServer> {
    return this.#launchCopy(snapshotFolder, options);
  }

  /** Stops the server and starts it again on the same data; the port may change. */
  async restart(server: MysqlServer, options: LaunchOptions = {}): Promise<MysqlServer> {
    await server.stop();
    this.#servers.delete(server);
    const restarted = await MysqlServer.launch(server.programs, server.dataDir, options);
    this.#servers.add(restarted);
    return restarted;
  }

  /** Stops the server and deletes its data. */
  async discard(server: MysqlServer): Promise<void> {
    await server.kill();
    this.#servers.delete(server);
    await rm(server.dataDir, { recursive: true, force: true });
  }

  /** Copies the data of a running server into this launcher's folder. */
  async takeSnapshot(server: MysqlServer, options: SnapshotOptions): Promise<PhysicalSnapshot> {
    return takeSnapshot(server, this.#newFolder('snapshot'), options);
  }

  setPassword(server: MysqlServer, user: string, password: string): Promise<void> {
    return setPassword(server, user, password);
  }

  /** Stops all servers and removes the folder. */
  async close(): Promise<void> {
    await Promise.all([...this.#servers].map((server) => server.kill()));
    this.#servers.clear();
    await rm(this.folder, { recursive: true, force: true });
    this.#unwatch();
  }

  async #launchCopy(from: string, options: LaunchOptions): Promise<MysqlServer> {
    const dataDir = this.#newFolder('data');
    await copyTree(from, dataDir, { account: serverAccount(), skip: isOfOneServer });
    await prepare(this.#programs, dataDir);
    const server = await MysqlServer.launch(this.#programs, dataDir, options);
    this.#servers.add(server);
    return server;
  }

  #newFolder(kind: string): string {
    return join(this.folder, `${kind}${++this.#count}`);
  }
}
