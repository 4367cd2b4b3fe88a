import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type mysql from 'mysql2/promise';
import type { SnapshotOptions } from '../database-server.ts';
import { copyTree } from '../host/copy.ts';
import type { MysqlServer } from './server.ts';
import { isOfOneServer } from './settings.ts';

/** How long writers wait behind a long statement before the lock is given up for this time. */
const LOCK_SECONDS = 5;
const ATTEMPTS = 24;

/** Milliseconds within which the kernel has to stop a process. */
const FREEZE_WITHIN_MS = 10_000;

/**
 * Copies the files of a server that is frozen meanwhile, as RDS suspends the I/O of an instance in one zone.
 * Connections stay open; statements are answered when the copy is done. A lock alone would not do: under it
 * InnoDB goes on writing by itself, and files copied one after the other would not fit each other.
 * @returns the recovery point, in milliseconds since the epoch
 */
export async function copyFrozen(
  server: MysqlServer,
  folder: string,
  { now, onProgress }: SnapshotOptions,
): Promise<number> {
  return server.asAdmin(async (connection) => {
    await blockCommits(connection);
    try {
      // Behind the binary log, which is not copied, InnoDB leaves its own record of a commit in memory for a while.
      await connection.query('FLUSH NO_WRITE_TO_BINLOG ENGINE LOGS');
      const databaseTimeMs = now();
      await whileFrozen(server.pid, () =>
        copyTree(server.dataDir, folder, {
          account: server.account,
          skip: isOfOneServer,
          ...(onProgress ? { onProgress } : {}),
        }),
      );
      return databaseTimeMs;
    } finally {
      await connection.query('UNLOCK TABLES');
    }
  });
}

/**
 * Holds back commits and closes the tables of engines without a log. While it waits for running statements,
 * new writes wait behind it: it gives up soon, lets them through and tries again.
 */
async function blockCommits(connection: mysql.Connection): Promise<void> {
  await connection.query('SET SESSION lock_wait_timeout = ?', [LOCK_SECONDS]);
  for (let attempt = 1; ; attempt++) {
    try {
      await connection.query('FLUSH TABLES WITH READ LOCK');
      return;
    } catch (error) {
      if (attempt === ATTEMPTS || !isLockTimeout(error)) throw error;
    }
  }
}

const isLockTimeout = (error: unknown): boolean =>
  error instanceof Error && (error as Error & { errno?: number }).errno === 1205;

/** Does `work` while no thread of the process runs; a signal that ends the process by force still does. */
async function whileFrozen(pid: number, work: () => Promise<void>): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  try {
    const deadline = Date.now() + FREEZE_WITHIN_MS;
    // A write that a thread is in the middle of ends before the thread stops.
    while (!(await isFrozen(pid))) {
      if (Date.now() > deadline) throw new Error(`process ${pid} has not stopped in ${FREEZE_WITHIN_MS} ms`);
      await pause(1);
    }
    await work();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

async function isFrozen(pid: number): Promise<boolean> {
  const threads = await readdir(`/proc/${pid}/task`);
  const states = await Promise.all(
    threads.map(async (thread) => {
      const stat = await readFile(`/proc/${pid}/task/${thread}/stat`, 'utf8').catch(() => '');
      // The state follows the name in brackets, which may hold anything.
      return stat === '' ? 'gone' : stat.slice(stat.lastIndexOf(')') + 2)[0];
    }),
  );
  return states.every((state) => state === 'T' || state === 'gone');
}
