import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { InputError } from '../core/errors.ts';

/** What is wrong with a path by Node's error code, and what a person can do about it. */
const problems: Readonly<Record<string, { readonly is: string; readonly remedy: string }>> = {
  ENOENT: { is: 'does not exist', remedy: 'name one that is there' },
  EEXIST: { is: 'exists already', remedy: 'name another' },
  EACCES: { is: 'may not be used by this user', remedy: 'give this user the right to, or name another' },
  EPERM: { is: 'may not be used by this user', remedy: 'give this user the right to, or name another' },
  EISDIR: { is: 'is a folder', remedy: 'name a file' },
  ENOTDIR: { is: 'is not a folder', remedy: 'name a folder' },
  EROFS: { is: 'is on a read-only disk', remedy: 'name one elsewhere' },
  ENOSPC: { is: 'cannot be written: the disk is full', remedy: 'make room, or name one elsewhere' },
};

/** Node's errors about files name the path: a person can do something about those. Null for any other error. */
export function fileProblemOf(error: unknown): { readonly message: string; readonly remedy: string } | null {
  if (!(error instanceof Error)) return null;
  const { code, path } = error as NodeJS.ErrnoException;
  const problem = problems[code ?? ''];
  return problem === undefined || path === undefined
    ? null
    : { message: `${path} ${problem.is}`, remedy: problem.remedy };
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is not a folder',
  ENOENT: 'its folder does not exist',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
};

/** Why something cannot be written, in words. */
export function whyUnwritable(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  return reasons[code] ?? code;
}

/** Why a folder cannot be made or used, in words. */
export function whyUnusable(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EEXIST') return 'it is not a folder';
  return code === 'ENOENT' ? 'it cannot be made there' : whyUnwritable(error);
}

/** Writes a file that a person has named with `option`. Throws InputError where that is not possible. */
export async function writeNamedFile(file: string, text: string, option: string): Promise<void> {
  await writeFile(file, text).catch((error: unknown) => {
    throw new InputError(
      `${file} cannot be written: ${whyUnwritable(error)}`,
      [],
      `name another file: ${option} FILE`,
    );
  });
}

/**
 * Makes a folder, and those above it, unless it is there. Throws Node's error where that is not possible; its own
 * `recursive` would try for ever where nothing can be made, as below /proc.
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await stat(folder)).isDirectory()) return;
    if (code !== 'ENOENT' || dirname(folder) === folder || (await exists(dirname(folder)))) throw error;
    await makeFolder(dirname(folder));
    await mkdir(folder);
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
