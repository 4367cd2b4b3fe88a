import { constants } from 'node:fs';
import { access, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { FatalError, InputError } from '../../core/errors.ts';
import { targetSchema } from '../../core/target.ts';

/** Default place of a local run's state, below the working directory. */
export const defaultStateFolder = '.lockkeeper';

/** What other commands need to find a run that is under way in another process. No secrets. */
const session = z.object({ endpoint: z.string(), pid: z.number().int(), target: targetSchema });
export type LocalSession = z.infer<typeof session>;

const sessionFile = (folder: string): string => join(folder, 'session.json');

/** Makes the folder. Throws InputError where that, or writing into it, is not possible. */
export async function prepareStateFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder);
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new InputError(
      `the state folder ${folder} cannot be used: ${reasons[reason] ?? reason}`,
      [],
      'name a folder that can be written to: --state DIR',
    );
  }
}

/** Where nothing can be made, as below /proc, Node's own `recursive` tries for ever. */
async function makeFolder(folder: string): Promise<void> {
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

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EEXIST: 'it is not a folder',
  ENOTDIR: 'a part of its path is not a folder',
  ENOENT: 'it cannot be made there',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
};

export async function writeSession(folder: string, value: LocalSession): Promise<void> {
  await writeFile(sessionFile(folder), `${JSON.stringify(value, null, 2)}\n`);
}

/** Null where the folder holds none. Throws FatalError for one that cannot be understood. */
export async function readSession(folder: string): Promise<LocalSession | null> {
  let text: string;
  try {
    text = await readFile(sessionFile(folder), 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
  const parsed = session.safeParse(safeJson(text));
  if (parsed.success) return parsed.data;
  throw new FatalError(`${sessionFile(folder)} is damaged`, {
    code: 'bad-state',
    remedy:
      'delete it and start "lockkeeper run" again: what was done is kept in the database and found there',
  });
}

/** How long, in milliseconds, a process on this machine may take to answer. */
const answerMs = 3_000;

/** Whether the process that wrote the session still answers; another one may bear its number by now. */
export async function isAlive({ pid, endpoint }: LocalSession): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return fetch(endpoint, { signal: AbortSignal.timeout(answerMs) }).then(
    () => true,
    () => false,
  );
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
