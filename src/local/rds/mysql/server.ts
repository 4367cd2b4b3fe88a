import { type ChildProcess, spawn } from 'node:child_process';
import mysql from 'mysql2/promise';
import type { LaunchOptions } from '../database-server.ts';
import { type ServerAccount, serverAccount } from '../host/account.ts';
import { endProcess, freePort, serverProcess } from '../host/process.ts';
import { openSocketFolder, type SocketFolder } from '../host/sockets.ts';
import { watchServer } from '../host/watchdog.ts';
import type { MysqlPrograms } from './programs.ts';
import { serverArguments, socketIn } from './settings.ts';

/** The user with all rights, named as on RDS; without a password, and reachable through the private socket only. */
export const ADMIN_USER = 'rdsadmin';

const LOG_LINES_KEPT = 40;

interface Launch {
  readonly programs: MysqlPrograms;
  readonly dataDir: string;
  readonly port: number;
  readonly sockets: SocketFolder;
  readonly account: ServerAccount | undefined;
  /** The name of the user with all rights; in a data folder that is being made it is still `root`. */
  readonly admin: string;
}

/** A running MariaDB or MySQL server on 127.0.0.1, bound to the life of this process. */
export class MysqlServer {
  readonly port: number;
  readonly dataDir: string;
  readonly programs: MysqlPrograms;
  readonly account: ServerAccount | undefined;
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #at: Launch;
  readonly #exited: Promise<void>;
  readonly #unwatch: () => void;

  private constructor(child: ChildProcess, at: Launch, exited: Promise<void>, unwatch: () => void) {
    this.#child = child;
    this.#at = at;
    this.#exited = exited;
    this.#unwatch = unwatch;
    this.pid = child.pid ?? 0;
    this.port = at.port;
    this.dataDir = at.dataDir;
    this.programs = at.programs;
    this.account = at.account;
  }

  /**
   * Starts a server on an existing data folder and resolves once it accepts connections.
   * @throws Error carrying the server's last log lines when it does not come up.
   */
  static async launch(
    programs: MysqlPrograms,
    dataDir: string,
    options: LaunchOptions & { readonly admin?: string } = {},
  ): Promise<MysqlServer> {
    const { admin = ADMIN_USER } = options;
    const account = serverAccount();
    for (let attempt = 1; ; attempt++) {
      const sockets = await openSocketFolder(account);
      const port = await freePort();
      try {
        return await MysqlServer.#start({ programs, dataDir, port, sockets, account, admin }, options);
      } catch (error) {
        await sockets.forget();
        // Another process can take the free port before the server does.
        if (attempt === 5 || !/Bind on TCP\/IP port|Address already in use/.test(String(error))) throw error;
      }
    }
  }

  static async #start(at: Launch, options: LaunchOptions): Promise<MysqlServer> {
    const { programs, dataDir, port, sockets } = at;
    const place = { dataDir, port, socketDir: sockets.path };
    const child = spawn(programs.server, serverArguments(programs, place, options), {
      ...serverProcess(at.account, programs.libraryPath),
      stdio: ['ignore', 'ignore', 'pipe'],
      // Detached: a Ctrl-C in the terminal must reach us first, so that servers stop in order.
      detached: true,
    });
    const exited = new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', () => resolve());
    });
    const unwatch =
      child.pid === undefined
        ? () => {}
        : watchServer(child.pid, dataDir, { orderly: 'SIGTERM', instant: 'SIGKILL' });
    const server = new MysqlServer(child, at, exited, unwatch);
    try {
      await readiness(child, exited, options.startTimeoutMs ?? 60_000);
    } catch (error) {
      await server.stop();
      throw error;
    }
    // A server alone must not keep the process alive; its owner stops it, or the watchdog does.
    child.unref();
    (child.stderr as (typeof child.stderr & { unref?: () => void }) | null)?.unref?.();
    return server;
  }

  /** For programs that connect by themselves. */
  get socket(): string {
    return socketIn(this.#at.sockets.path);
  }

  /** Runs `work` with a connection of the user with all rights through the private socket, and closes it. */
  async asAdmin<T>(work: (connection: mysql.Connection) => Promise<T>): Promise<T> {
    const connection = await mysql.createConnection({ socketPath: this.socket, user: this.#at.admin });
    connection.on('error', () => {});
    try {
      return await work(connection);
    } finally {
      await connection.end().catch(() => connection.destroy());
    }
  }

  /** An orderly shutdown (sessions are ended, transactions rolled back); by force when that takes over 20 s. */
  async stop(): Promise<void> {
    await endProcess(this.#child, this.#exited, [
      ['SIGTERM', 20_000],
      ['SIGKILL', 3_000],
    ]);
    await this.#forget();
  }

  /** At once, for a server whose data is deleted next. */
  async kill(): Promise<void> {
    await endProcess(this.#child, this.#exited, [['SIGKILL', 5_000]]);
    await this.#forget();
  }

  async #forget(): Promise<void> {
    this.#unwatch();
    await this.#at.sockets.forget();
  }
}

/** Resolves when the server's log says that it is ready; rejects with the log's end when it is not in time. */
function readiness(child: ChildProcess, exited: Promise<void>, limitMs: number): Promise<void> {
  const log: string[] = [];
  return new Promise((resolve, reject) => {
    const fail = (why: string, cause?: unknown) => {
      clearTimeout(timer);
      reject(new Error(`the database server did not start: ${why}\n${log.join('\n')}`, { cause }));
    };
    const timer = setTimeout(() => fail(`not ready after ${limitMs} ms`), limitMs);
    child.once('error', (cause) => fail(cause.message, cause));
    void exited.then(() => fail('the process ended'));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log.push(...text.split('\n').filter(Boolean));
      log.splice(0, log.length - LOG_LINES_KEPT);
      if (!/: ready for connections/.test(text)) return;
      clearTimeout(timer);
      resolve();
    });
  });
}
