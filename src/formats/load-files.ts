import { readFile, stat } from 'node:fs/promises';
import { InputError, type Problem } from '../core/errors.ts';
import type { SqlSource } from '../core/migration.ts';

/**
 * One file by itself, whatever it is called.
 * @throws InputError when it cannot be read, is not UTF-8, or is too large
 */
export async function loadFile(path: string): Promise<SqlSource> {
  const loaded = await load(await measure(path));
  if ('source' in loaded) return loaded.source;
  throw new InputError(`${path} cannot be read`, [loaded.problem]);
}

/**
 * The files of one folder.
 * @throws InputError with every file that cannot be read, is not UTF-8, or is too large, and when all together are
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

/** What Node says of a path, in words; the path is the one it failed on. */
export function describeFailure(
  error: unknown,
  path: string,
): { readonly path: string; readonly reason: string } {
  if (!(error instanceof Error)) return { path, reason: `cannot be read: ${String(error)}` };
  const { code, path: failed } = error as NodeJS.ErrnoException;
  return { path: failed ?? path, reason: reasons[code ?? ''] ?? `cannot be read: ${error.message}` };
}
