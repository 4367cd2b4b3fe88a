import { type ChildProcess, spawn } from 'node:child_process';
import { chown, mkdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import pg from 'pg';
import { type ServerAccount, serverAccount } from './account.ts';
import { locateBinaries, type PostgresBinaries } from './binaries.ts';
import { privateFolder } from './cache.ts';
import { watchFolder, watchServer } from './watchdog.ts';

/** The bootstrap superuser of every local server, named as on RDS; reachable through the private socket only. */
export const ADMIN_USER = 'rdsadmin';

/**
 * `full` is PostgreSQL's own default. `relaxed` turns off fsync for tests: what is committed survives the
 * loss of a process but not the loss of power. `synchronous_commit` stays on in both.
 */
export type Durability = 'full' | 'relaxed';

export interface LaunchOptions {
  readonly durability?: Durability;
  /** Further server settings, as `-c name=value`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Milliseconds until a start counts as failed; recovery of a large snapshot takes its time. Default 60,000. */
  readonly startTimeoutMs?: number;
}

const LOG_LINES_KEPT = 40;

/** A running PostgreSQL server on 127.0.0.1, bound to the life of this process. */
export class PostgresServer {
  readonly port: number;
  readonly dataDir: string;
  readonly account: ServerAccount | undefined;
  readonly #child: ChildProcess;
  readonly #socketDir: string;
  readonly #forgetSockets: () => Promise<void>;
  readonly #exited: Promise<void>;
  readonly #unwatch: () => void;

  private constructor(child: ChildProcess, at: Launch, exited: Promise<void>, unwatch: () => void) {
    this.#child = child;
    this.#exited = exited;
    this.#unwatch = unwatch;
    this.#socketDir = at.socketDir;
    this.#forgetSockets = at.forgetSockets;
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
      const socketDir = await privateFolder(account, 's');
      const unwatchSockets = watchFolder(socketDir);
      const forgetSockets = async () => {
        await rm(socketDir, { recursive: true, force: true });
        unwatchSockets();
      };
      await mkdir(`${socketDir}/s`, { mode: 0o700 });
      if (account) await chown(`${socketDir}/s`, account.uid, account.gid);
      const launch: Launch = { dataDir, socketDir, forgetSockets, account, binaries, port: await freePort() };
      try {
        return await PostgresServer.#start(launch, options);
      } catch (error) {
        await forgetSockets();
        // Another process can take the free port before the server does.
        if (attempt === 5 || !/could not bind|Address already in use/.test(String(error))) throw error;
      }
    }
  }

  static async #start(at: Launch, options: LaunchOptions): Promise<PostgresServer> {
    const settings = {
      port: String(at.port),
      listen_addresses: '127.0.0.1',
      unix_socket_directories: `${at.socketDir}/s`,
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
    const unwatch = child.pid === undefined ? () => {} : watchServer(child.pid, at.dataDir);
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
      host: `${this.#socketDir}/s`,
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
    for (const [signal, patienceMs] of [
      ['SIGINT', 10_000],
      ['SIGQUIT', 3_000],
      ['SIGKILL', 3_000],
    ] as const) {
      if (this.#child.pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null)
        break;
      this.#child.kill(signal);
      await settledWithin(this.#exited, patienceMs);
    }
    this.#unwatch();
    await this.#forgetSockets();
  }
}

interface Launch {
  readonly dataDir: string;
  readonly socketDir: string;
  readonly forgetSockets: () => Promise<void>;
  readonly port: number;
  readonly account: ServerAccount | undefined;
  readonly binaries: PostgresBinaries;
}

/** How every PostgreSQL program is started: under the account, with nothing of our environment. */
export function serverProcess(account: ServerAccount | undefined) {
  return {
    cwd: '/',
    env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' },
    ...(account ? { uid: account.uid, gid: account.gid } : {}),
  };
}

async function settledWithin(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([
    work,
    new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    }),
  ]);
  clearTimeout(timer);
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no free port')),
      );
    });
  });
}
