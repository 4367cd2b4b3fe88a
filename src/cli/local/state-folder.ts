import { constants } from 'node:fs';
import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { FatalError, InputError } from '../../core/errors.ts';
import { targetSchema } from '../../core/target.ts';
import { makeFolder, whyUnusable } from '../files.ts';

/** Default place of a local run's state, below the working directory. */
export const defaultStateFolder = '.lockkeeper';

/** What a suggested command needs to find the runs of this folder, e.g. ` --state DIR`. */
export const stateOptionFor = (folder: string): string =>
  folder === defaultStateFolder ? '' : ` --state ${folder}`;

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
    throw unusable(folder, cause, 'name a folder that can be written to: --state DIR');
  }
}

const unusable = (folder: string, cause: unknown, remedy: string): InputError =>
  new InputError(`the state folder ${folder} cannot be used: ${whyUnusable(cause)}`, [], remedy);

const asItsOwner = 'run it as the user the folder belongs to, or name another one: --state DIR';

/** Throws InputError where the tables below the folder cannot be locked, as is needed even to look into them. */
export async function requireStateFolder(folder: string): Promise<void> {
  await access(folder, constants.R_OK | constants.W_OK | constants.X_OK).catch((cause: unknown) => {
    throw unusable(folder, cause, asItsOwner);
  });
}

export async function writeSession(folder: string, value: LocalSession): Promise<void> {
  await writeFile(sessionFile(folder), `${JSON.stringify(value, null, 2)}\n`);
}

/** Null where the folder holds none. Throws InputError for one that cannot be read, FatalError for a damaged one. */
export async function readSession(folder: string): Promise<LocalSession | null> {
  let text: string;
  try {
    text = await readFile(sessionFile(folder), 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw unusable(folder, error, asItsOwner);
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
