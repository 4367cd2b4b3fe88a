import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { FatalError } from '../../core/errors.ts';
import { type Target, targetSchema } from '../../core/target.ts';

/** Default place of a local run's state, below the working directory. */
export const defaultStateFolder = '.lockkeeper';

/** What other commands need to find a run that is under way in another process. No secrets. */
const session = z.object({ endpoint: z.string(), pid: z.number().int(), target: targetSchema });
export type LocalSession = z.infer<typeof session>;

const sessionFile = (folder: string): string => join(folder, 'session.json');

export async function writeSession(folder: string, value: LocalSession): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(sessionFile(folder), `${JSON.stringify(value, null, 2)}\n`);
}

/** Null where the folder holds none. */
export async function readSession(folder: string): Promise<LocalSession | null> {
  let text: string;
  try {
    text = await readFile(sessionFile(folder), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const parsed = session.safeParse(safeJson(text));
  if (parsed.success) return parsed.data;
  throw new FatalError(`${sessionFile(folder)} is damaged`, {
    code: 'bad-state',
    remedy: 'delete it; the runs themselves are kept in the database and are found again by the next run',
  });
}

/** Whether the process that wrote the session is still there. */
export function isAlive({ pid }: LocalSession): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The target of a session as the handlers take it. */
export const targetOf = (value: LocalSession): Target => value.target;

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
