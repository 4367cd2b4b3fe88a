import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** The operating-system account a database server runs under. */
export interface ServerAccount {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Tried in this order; database servers refuse to run as root. */
const UNPRIVILEGED = ['postgres', 'nobody'];

/**
 * The account to drop to, or `undefined` when this process is no root and servers simply run as itself.
 * @throws Error when this process is root and the machine has neither `postgres` nor `nobody`.
 */
export function serverAccount(): ServerAccount | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const entries = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of UNPRIVILEGED) {
    const entry = entries.find((fields) => fields[0] === name);
    // macOS writes nobody's id as -2, which the kernel knows as an unsigned number.
    if (entry) return { name, uid: Number(entry[2]) >>> 0, gid: Number(entry[3]) >>> 0 };
  }
  throw new Error(
    'A database server does not run as root, and this machine has no account "postgres" or "nobody" to run it under. Run as an ordinary user instead.',
  );
}

/** Whether the account may walk to `path` and read it: the path itself and every folder above it. */
export function isReachable(path: string, account: ServerAccount | undefined): boolean {
  if (account === undefined) return true;
  for (let current = resolve(path); ; current = dirname(current)) {
    const { mode, uid, gid } = statSync(current);
    const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0;
    const needed = current === resolve(path) ? 0o5 : 0o1;
    if (((mode >> shift) & needed) !== needed) return false;
    if (current === dirname(current)) return true;
  }
}
