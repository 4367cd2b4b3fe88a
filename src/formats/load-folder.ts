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
export async function loadSources(folder: string, options: ReadOptions = {}): Promise<readonly SqlSource[]> {
  const files = await listFiles(folder);
  return loadFiles(files.filter((path) => isMigrationFile(path, options.format)));
}

/**
 * Files by their paths, whatever they are called.
 * @throws InputError with every file that cannot be read, is not UTF-8, or holds more than a plan can
 */
export async function loadFiles(paths: readonly string[]): Promise<readonly SqlSource[]> {
  const sizes = await Promise.all(paths.map(measure));
  const bytes = sizes.reduce((sum, { size }) => sum + size, 0);
  if (bytes > largestFolderBytes) throw tooMuch(sizes, bytes);
  const loaded = await Promise.all(sizes.map(load));
  const problems = loaded.flatMap((result) => ('problem' in result ? [result.problem] : []));
  if (problems.length > 0) {
    throw new InputError('some migration files cannot be read', problems, 'mend them, or take them out');
  }
  return loaded.flatMap((result) => ('source' in result ? [result.source] : []));
}

async function listFiles(folder: string): Promise<string[]> {
  try {
    return await listBelow(folder, []);
  } catch (error) {
    const { path, reason } = describeFailure(error, folder);
    throw new InputError(
      `the folder of migrations cannot be read: ${path} ${reason}`,
      [{ file: path, message: reason, expected: 'a folder of migration files' }],
      'name the folder that holds the migrations',
    );
  }
}

/** @param above real paths of the folders around this one, so that a link cannot lead in circles */
async function listBelow(folder: string, above: readonly string[]): Promise<string[]> {
  const real = await realpath(folder);
  if (above.includes(real)) return [];
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.')).toSorted();
  const found: string[] = [];
  for (const name of names) {
    const path = join(folder, name);
    // A link to nowhere is left for `load` to complain about, if it bears a migration's name.
    const isFolder = await stat(path).then(
      (status) => status.isDirectory(),
      () => false,
    );
    if (isFolder) found.push(...(await listBelow(path, [...above, real])));
    else found.push(path);
  }
  return found;
}

/**
 * A script of 10 MiB takes some 400 MB in the function that plans it, which has 512 MB: a larger one would end it
 * without a word.
 */
const largestFileBytes = 10 * 1024 * 1024;
/** All files travel as one document, and each function reads all of it. */
const largestFolderBytes = 40 * 1024 * 1024;

interface Measured {
  readonly path: string;
  /** In bytes; 0 for what is not read. */
  readonly size: number;
  readonly problem: Problem | null;
}

/** What is no plain file is not opened: a pipe would be waited for, a device read for ever. */
async function measure(path: string): Promise<Measured> {
  const refused = (message: string, expected: string): Measured => ({
    path,
    size: 0,
    problem: { file: path, message, expected },
  });
  try {
    const status = await stat(path);
    if (!status.isFile()) return refused('this is not a plain file', 'a file of text');
    if (status.size <= largestFileBytes) return { path, size: status.size, problem: null };
    return refused(
      `this file has ${megabytes(status.size)}, and a migration can have ${megabytes(largestFileBytes)}`,
      'several migrations, or the rows loaded by other means',
    );
  } catch (error) {
    return { path, size: 0, problem: { file: path, message: describeFailure(error, path).reason } };
  }
}

function tooMuch(sizes: readonly Measured[], bytes: number): InputError {
  const largest = sizes.toSorted((a, b) => b.size - a.size).slice(0, 5);
  return new InputError(
    `the migrations have ${megabytes(bytes)} together, and a folder can have ${megabytes(largestFolderBytes)}`,
    largest.map(({ path, size }) => ({ file: path, message: `${megabytes(size)} of it` })),
    'load rows by other means than migrations, or keep old migrations in another folder',
  );
}

const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;

type Loaded = { readonly source: SqlSource } | { readonly problem: Problem };

async function load({ path, problem }: Measured): Promise<Loaded> {
  if (problem !== null) return { problem };
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    return { problem: { file: path, message: describeFailure(error, path).reason } };
  }
  try {
    return { source: { path, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) } };
  } catch {
    const message = isUtf16(bytes) ? 'this file is UTF-16, not UTF-8' : 'this file is not UTF-8';
    return {
      problem: { file: path, line: lineOfFirstFault(bytes), message, expected: 'text saved as UTF-8' },
    };
  }
}

/** By its byte order mark, in either order. */
const isUtf16 = (bytes: Buffer): boolean =>
  bytes.length >= 2 && [0xfeff, 0xfffe].includes(bytes.readUInt16BE(0));

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
