import { lstatSync, mkdirSync } from 'node:fs';
import { access, chmod, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isReachable, type ServerAccount } from './account.ts';

/**
 * A folder for what is made once and used by later processes: programs, prepared data. It is below
 * `LOCKKEEPER_KEPT` where that is set, so that temporary data can be elsewhere, else below the temporary folder.
 * @throws Error when no such folder qualifies, or when someone else owns ours.
 */
export function keptFolder(account: ServerAccount | undefined): string {
  const chosen = process.env.LOCKKEEPER_KEPT;
  return ownFolder(account, [...(chosen ? [chosen] : []), ...temporaryFolders()], Number.POSITIVE_INFINITY);
}

const temporaryFolders = (): readonly string[] => [tmpdir(), '/tmp', '/var/tmp'];

/** The first of these below which this user can own a folder that `account` can walk through. */
function ownFolder(account: ServerAccount | undefined, bases: readonly string[], longest: number): string {
  const uid = process.getuid?.() ?? 0;
  const name = `lockkeeper-u${uid}`;
  const base = bases.find((folder) => {
    try {
      return isReachable(folder, account) && Buffer.byteLength(join(folder, name)) <= longest;
    } catch {
      return false;
    }
  });
  if (base === undefined) {
    throw new Error(
      `No temporary folder with a short path can be entered by ${account ? `the account "${account.name}"` : 'the user'} that runs the database. Set TMPDIR to one that can.`,
    );
  }
  const folder = join(base, name);
  mkdirSync(folder, { recursive: true, mode: account ? 0o711 : 0o700 });
  // The name can be guessed, so another user may have been there first and would own what we run.
  const stat = lstatSync(folder);
  if (!stat.isDirectory() || (process.getuid && stat.uid !== uid) || (stat.mode & 0o022) !== 0) {
    throw new Error(`${folder} is not a folder that only this user can write to. Remove it or set TMPDIR.`);
  }
  return folder;
}

/**
 * A fresh folder of this process below the temporary one; the account may pass through it but not list it.
 * @param longest bytes that the path it is in may have, for what has to stay short below it
 * @throws Error when no temporary folder qualifies, or when someone else owns ours.
 */
export async function privateFolder(
  account: ServerAccount | undefined,
  prefix: string,
  longest = Number.POSITIVE_INFINITY,
): Promise<string> {
  const folder = await mkdtemp(join(ownFolder(account, temporaryFolders(), longest), prefix));
  if (account) await chmod(folder, 0o711);
  return folder;
}

/**
 * Makes `folder` with `build` unless it exists. Two processes may race: each builds its own copy aside, the
 * first rename wins and the other copy is dropped.
 */
export async function buildOnce(folder: string, build: (aside: string) => Promise<void>): Promise<void> {
  if (await exists(folder)) return;
  const aside = await mkdtemp(`${folder}.`);
  try {
    await build(aside);
    await rename(aside, folder);
  } catch (cause) {
    await rm(aside, { recursive: true, force: true });
    if (!(await exists(folder))) throw cause;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
