import { type ChildProcess, spawn } from 'node:child_process';
import pg from 'pg';
import type { LaunchOptions } from '../database-server.ts';
import { type ServerAccount, serverAccount } from '../host/account.ts';
import { endProcess, freePort, serverProcess } from '../host/process.ts';
import { openSocketFolder, type SocketFolder } from '../host/sockets.ts';
import { watchServer } from '../host/watchdog.ts';
import { locateBinaries, type PostgresBinaries } from './binaries.ts';

/** The bootstrap superuser of every local server, named as on RDS; reachable through the private socket only. */
export const ADMIN_USER = 'rdsadmin';

const LOG_LINES_KEPT = 40;

/** A running PostgreSQL server on 127.0.0.1, bound to the life of this process. */
export class PostgresServer {
  readonly port: number;
  readonly dataDir: string;
  readonly account: ServerAccount | undefined;
  readonly #child: ChildProcess;
  readonly #sockets: SocketFolder;
  readonly #exited: Promise<void>;
  readonly #unwatch: () => void;

  private constructor(child: ChildProcess, at: Launch, exited: Promise<void>, unwatch: () => void) {
    this.#child = child;
    this.#exited = exited;
    this.#unwatch = unwatch;
    this.#sockets = at.sockets;
    this.port = at.port;
    this.dataDir = at.dataDir;
    this.account = at.account;
  }

  /**
   * Starts a server on an existing data folder and resolves once it accepts connections.
   * @throws Error carrying the server's last log lines when it does not come up.
   */
  static async launch(dataDir: string, options: LaunchOptions = {}): Promise<PostgresServer> {
    const account = serverAccount();
    const binaries = await locateBinaries(account);
    for (let attempt = 1; ; attempt++) {
      const sockets = await openSocketFolder(account);
      const launch: Launch = { dataDir, sockets, account, binaries, port: await freePort() };
      try {
        return await PostgresServer.#start(launch, options);
      } catch (error) {
        await sockets.forget();
        // Another process can take the free port before the server does.
        if (attempt === 5 || !/could not bind|Address already in use/.test(String(error))) throw error;
      }
    }
  }

  static async #start(at: Launch, options: LaunchOptions): Promise<PostgresServer> {
    const settings = {
      port: String(at.port),
      listen_addresses: '127.0.0.1',
      unix_socket_directories: at.sockets.path,
      ...(options.durability === 'relaxed' ? { fsync: 'off' } : {}),
      ...options.settings,
    };
    const child = spawn(
      at.binaries.postgres,
      ['-D', at.dataDir, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      // Detached: a Ctrl-C in the terminal must reach us first, so that servers stop in order.
      { ...serverProcess(at.account), stdio: ['ignore', 'ignore', 'pipe'], detached: true },
    );
    const log: string[] = [];
    const exited = new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', () => resolve());
    });
    const unwatch =
      child.pid === undefined
        ? () => {}
        : watchServer(child.pid, at.dataDir, { orderly: 'SIGINT', instant: 'SIGQUIT' });
    const ready = new Promise<void>((resolve, reject) => {
      const fail = (why: string, cause?: unknown) =>
        reject(new Error(`PostgreSQL did not start: ${why}\n${log.join('\n')}`, { cause }));
      const limit = options.startTimeoutMs ?? 60_000;
      const timer = setTimeout(() => fail(`not ready after ${limit} ms`), limit);
      child.once('error', (cause) => fail(cause.message, cause));
      void exited.then(() => {
        clearTimeout(timer);
        fail('the process ended');
      });
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        log.push(...text.split('\n').filter(Boolean));
        log.splice(0, log.length - LOG_LINES_KEPT);
        if (!text.includes('database system is ready to accept connections')) return;
        clearTimeout(timer);
        resolve();
      });
    });
    const server = new PostgresServer(child, at, exited, unwatch);
    try {
      await ready;
    } catch (error) {
      await server.stop();
      throw error;
    }
    // A server alone must not keep the process alive; its owner stops it, or the watchdog does.
    child.unref();
    (child.stderr as (typeof child.stderr & { unref?: () => void }) | null)?.unref?.();
    return server;
  }

  /** Runs `work` with a superuser connection through the private socket, and closes it. */
  async asAdmin<T>(work: (client: pg.Client) => Promise<T>, database = 'postgres'): Promise<T> {
    const client = new pg.Client({
      host: this.#sockets.path,
      port: this.port,
      user: ADMIN_USER,
      database,
      ssl: false,
      application_name: 'lockkeeper-local-rds',
    });
    client.on('error', () => {});
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  /** A fast shutdown (sessions are ended, transactions rolled back); by force when that takes over 10 s. */
  async stop(): Promise<void> {
    await endProcess(this.#child, this.#exited, [
      ['SIGINT', 10_000],
      ['SIGQUIT', 3_000],
      ['SIGKILL', 3_000],
    ]);
    this.#unwatch();
    await this.#sockets.forget();
  }
}

interface Launch {
  readonly dataDir: string;
  readonly sockets: SocketFolder;
  readonly port: number;
  readonly account: ServerAccount | undefined;
  readonly binaries: PostgresBinaries;
}
