import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { FatalError } from '../../core/errors.ts';

/** As much as is needed of the database engine that dynalite brings along. */
interface Level {
  open(): Promise<void>;
  close(): Promise<void>;
}
type LevelClass = new (folder: string) => Level;

/**
 * Takes a folder of tables for this process; the lock ends with the process, however that ends. Throws
 * FatalError `state-locked` when another process has it, `bad-state` when the tables cannot be opened: dynalite
 * itself would find out while it answers a request, and throw where nobody can catch it.
 */
export async function lockFolder(folder: string): Promise<{ release(): Promise<void> }> {
  const require = createRequire(import.meta.url);
  const { Level } = createRequire(require.resolve('dynalite'))('level') as { Level: LevelClass };
  await mkdir(folder, { recursive: true });
  // Beside the tables, and held throughout: between a look at the tables and their opening somebody else could come.
  const lock = new Level(`${folder}.lock`);
  await open(lock, folder);
  try {
    const tables = new Level(folder);
    await open(tables, folder);
    await tables.close();
  } catch (error) {
    await lock.close();
    throw error;
  }
  return { release: () => lock.close() };
}

async function open(level: Level, folder: string): Promise<void> {
  try {
    await level.open();
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    if ((cause as { code?: string } | undefined)?.code === 'LEVEL_LOCKED') {
      throw new FatalError(`another process is using ${folder}`, { code: 'state-locked', cause: error });
    }
    const reason = cause instanceof Error ? cause.message : String(error);
    throw new FatalError(`${folder} cannot be opened: ${reason}`, {
      code: 'bad-state',
      remedy: /permission denied/i.test(reason)
        ? 'run it as the user the folder belongs to'
        : 'delete the folder; what was done is kept in the database and found there by the next run',
      cause: error,
    });
  }
}
