import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError, type Problem } from '../core/errors.ts';
import type { SqlSource } from '../core/migration.ts';
import { isMigrationFile, type ReadOptions, type ReadResult, readFolder } from './read-folder.ts';

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
  const loaded = await Promise.all(files.filter((path) => isMigrationFile(path, options.format)).map(load));
  const problems = loaded.flatMap((result) => ('problem' in result ? [result.problem] : []));
  if (problems.length > 0) throw new InputError('some migration files cannot be read', problems);
  return loaded.flatMap((result) => ('source' in result ? [result.source] : []));
}

/**
 * One file by itself, whatever it is called.
 * @throws InputError when it cannot be read or is not UTF-8
 */
export async function loadFile(path: string): Promise<SqlSource> {
  const loaded = await load(path);
  if ('source' in loaded) return loaded.source;
  throw new InputError(`${path} cannot be read`, [loaded.problem]);
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
      'Name the folder that holds the migrations.',
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

type Loaded = { readonly source: SqlSource } | { readonly problem: Problem };

async function load(path: string): Promise<Loaded> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    return { problem: { file: path, message: describeFailure(error, path).reason } };
  }
  try {
    return { source: { path, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) } };
  } catch {
    const message = 'this file is not UTF-8';
    return {
      problem: { file: path, line: lineOfFirstFault(bytes), message, expected: 'text saved as UTF-8' },
    };
  }
}

function lineOfFirstFault(bytes: Buffer): number {
  const lenient = new TextDecoder('utf-8').decode(bytes);
  return lenient.slice(0, lenient.indexOf('\uFFFD')).split('\n').length;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'is not a folder',
  EISDIR: 'is a folder',
  EACCES: 'may not be read by this user',
  ELOOP: 'is a link that leads in circles',
};

function describeFailure(error: unknown, path: string): { readonly path: string; readonly reason: string } {
  if (!(error instanceof Error)) return { path, reason: `cannot be read: ${String(error)}` };
  const { code, path: failed } = error as NodeJS.ErrnoException;
  return { path: failed ?? path, reason: reasons[code ?? ''] ?? `cannot be read: ${error.message}` };
}
