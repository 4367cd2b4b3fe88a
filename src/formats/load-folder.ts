import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../core/errors.ts';
import type { SqlSource } from '../core/migration.ts';
import { needsAlembic, writeOffline } from './alembic/offline.ts';
import { filesToRead } from './files-to-read.ts';
import { describeFailure, loadFiles } from './load-files.ts';
import { type ReadOptions, type ReadResult, readFolder } from './read-folder.ts';

/**
 * Reads the migrations below a folder. Hidden files and folders are left out; links are followed.
 * @throws InputError when the folder is missing, a file cannot be read or is not UTF-8, or `readFolder` objects
 */
export async function loadFolder(folder: string, options: ReadOptions = {}): Promise<ReadResult> {
  return readFolder(await loadSources(folder, options), options);
}

/**
 * The files themselves, for keeping them elsewhere, without those of another format than the one asked for.
 * @throws InputError as `loadFolder` does, names and contents aside
 */
export async function loadSources(
  folder: string,
  options: ReadOptions & { readonly mostEntries?: number } = {},
): Promise<readonly SqlSource[]> {
  const files = await listFiles(folder, options.mostEntries ?? mostEntriesEver);
  const sources = await loadFiles(filesToRead(files, options.format));
  const mayBeAlembic = options.format === undefined || options.format === 'alembic';
  if (!mayBeAlembic || !needsAlembic(files, sources)) return sources;
  return [...sources, ...(await writeOffline(files))];
}

/** Far more than any team's migrations; a home or a system folder has more, and links may lead anywhere. */
const mostEntriesEver = 50_000;

async function listFiles(folder: string, mostEntries: number): Promise<string[]> {
  try {
    return await listBelow(folder, [], { most: mostEntries, left: mostEntries });
  } catch (error) {
    if (error instanceof InputError) throw error;
    const { path, reason } = describeFailure(error, folder);
    throw new InputError(
      `the folder of migrations cannot be read: ${path} ${reason}`,
      [{ file: path, message: reason, expected: 'a folder of migration files' }],
      'name the folder that holds the migrations',
    );
  }
}

/** @param above real paths of the folders around this one, so that a link cannot lead in circles */
async function listBelow(
  folder: string,
  above: readonly string[],
  budget: { readonly most: number; left: number },
): Promise<string[]> {
  const real = await realpath(folder);
  if (above.includes(real)) return [];
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.')).toSorted();
  budget.left -= names.length;
  if (budget.left < 0) {
    throw new InputError(
      `below the folder of migrations there are more than ${budget.most} files, ${folder} among them`,
      [],
      'name the folder that holds the migrations alone',
    );
  }
  const found: string[] = [];
  for (const name of names) {
    const path = join(folder, name);
    // A link to nowhere is left for `load` to complain about, if it bears a migration's name.
    const isFolder = await stat(path).then(
      (status) => status.isDirectory(),
      () => false,
    );
    if (isFolder) found.push(...(await listBelow(path, [...above, real], budget)));
    else found.push(path);
  }
  return found;
}
