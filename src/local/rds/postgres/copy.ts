import { constants } from 'node:fs';
import { chmod, chown, copyFile, lstat, mkdir, readdir, readlink, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerAccount } from './account.ts';

export interface CopyOptions {
  /** New owner of everything copied. */
  readonly account?: ServerAccount | undefined;
  /** Leave out this entry (path relative to the root, `/` separated) and all below it. */
  readonly skip?: (relative: string) => boolean;
  /** Share of the bytes copied so far, 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

/** Files copied at the same time: enough to hide the latency of small files, few enough for a laptop. */
const PARALLEL = 8;

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
      if (entry.isDirectory()) await tolerateVanished(copyFolder(child));
      else if (entry.isSymbolicLink()) await symlink(await readlink(join(from, child)), join(to, child));
      else if (entry.isFile())
        await tolerateVanished(
          lstat(join(from, child)).then(({ size }) => {
            files.push({ relative: child, bytes: size });
          }),
        );
    }
  }

  await copyFolder('');
  const total = files.reduce((sum, file) => sum + file.bytes, 0);
  let done = 0;
  let next = 0;
  await Promise.all(
    Array.from({ length: PARALLEL }, async () => {
      for (let file = files[next++]; file !== undefined; file = files[next++]) {
        const target = join(to, file.relative);
        await tolerateVanished(
          copyFile(join(from, file.relative), target, constants.COPYFILE_FICLONE).then(() => own(target)),
        );
        done += file.bytes;
        onProgress?.(total === 0 ? 1 : done / total);
      }
    }),
  );
}

async function tolerateVanished(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
