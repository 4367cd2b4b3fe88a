import type { ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import type { ServerAccount } from './account.ts';

/** How every program of a database server is started: under the account, with nothing of our environment. */
export function serverProcess(account: ServerAccount | undefined, libraryPath?: string) {
  return {
    cwd: '/',
    env: {
      LC_ALL: 'C',
      TZ: 'UTC',
      PATH: '/usr/bin:/bin',
      ...(libraryPath === undefined ? {} : { LD_LIBRARY_PATH: libraryPath }),
    },
    ...(account ? { uid: account.uid, gid: account.gid } : {}),
  };
}

/** Sends one signal after the other until the process has exited, each with its time in milliseconds. */
export async function endProcess(
  child: ChildProcess,
  exited: Promise<void>,
  signals: readonly (readonly [NodeJS.Signals, number])[],
): Promise<void> {
  for (const [signal, patienceMs] of signals) {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await settledWithin(exited, patienceMs);
  }
}

/** A port that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
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
