import { chownSync, constants, copyFileSync, lstatSync } from 'node:fs';
import { chmod, chown, copyFile, lstat, mkdir, readdir, readlink, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ServerAccount } from './account.ts';

export interface CopyOptions {
  /** New owner of everything copied. */
  readonly account?: ServerAccount | undefined;
  /** Leave out this entry (path relative to the root, `/` separated) and all below it. */
  readonly skip?: (relative: string) => boolean;
  /** Share of the bytes copied so far, 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

/** Files copied at the same time: enough to hide the latency of the disk, few enough for a laptop. */
const PARALLEL = 4;

/** Handing a file of at most so many bytes to another thread costs several times what copying it does. */
const SMALL_BYTES = 65_536;

/** Small files copied before other work of the process gets its turn: about a millisecond. */
const SMALL_AT_ONCE = 16;

/**
 * Copies a folder that may be in use: a file that vanishes meanwhile is left out, as a base backup of a
 * running server requires. Modes are kept; blocks are shared where the file system can.
 */
export async function copyTree(from: string, to: string, options: CopyOptions = {}): Promise<void> {
  const { account, skip = () => false, onProgress } = options;
  const files: { relative: string; bytes: number }[] = [];
  const own = async (path: string) => {
    if (account) await chown(path, account.uid, account.gid);
  };

  async function copyFolder(relative: string): Promise<void> {
    const source = join(from, relative);
    const target = join(to, relative);
    const [stat, names] = await Promise.all([lstat(source), readdir(source, { withFileTypes: true })]);
    await mkdir(target, { recursive: true });
    await chmod(target, stat.mode & 0o7777);
    await own(target);
    for (const entry of names) {
      const child = relative === '' ? entry.name : `${relative}/${entry.name}`;
      if (skip(child)) continue;
      if (entry.isDirectory()) await tolerateVanished(() => copyFolder(child));
      else if (entry.isSymbolicLink()) await symlink(await readlink(join(from, child)), join(to, child));
      else if (entry.isFile())
        await tolerateVanished(async () => {
          files.push({ relative: child, bytes: lstatSync(join(from, child)).size });
        });
    }
  }

  await copyFolder('');
  const total = files.reduce((sum, file) => sum + file.bytes, 0);
  let done = 0;
  const report = ({ bytes }: { bytes: number }) => {
    done += bytes;
    onProgress?.(total === 0 ? 1 : done / total);
  };

  async function copySmall(): Promise<void> {
    for (const [index, file] of files.filter(({ bytes }) => bytes <= SMALL_BYTES).entries()) {
      if (index % SMALL_AT_ONCE === 0) await nextTurn();
      const target = join(to, file.relative);
      await tolerateVanished(async () => {
        copyFileSync(join(from, file.relative), target, constants.COPYFILE_FICLONE);
        if (account) chownSync(target, account.uid, account.gid);
      });
      report(file);
    }
  }

  const large = files.filter(({ bytes }) => bytes > SMALL_BYTES);
  let next = 0;
  async function copyLarge(): Promise<void> {
    for (let file = large[next++]; file !== undefined; file = large[next++]) {
      const { relative } = file;
      const target = join(to, relative);
      await tolerateVanished(async () => {
        await copyFile(join(from, relative), target, constants.COPYFILE_FICLONE);
        await own(target);
      });
      report(file);
    }
  }

  await Promise.all([copySmall(), ...Array.from({ length: PARALLEL }, copyLarge)]);
}

async function tolerateVanished(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
