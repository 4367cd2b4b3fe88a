import { existsSync } from 'node:fs';
import { chown, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PhysicalSnapshot, SnapshotOptions } from '../database-server.ts';
import { serverAccount } from '../host/account.ts';
import { copyWithTool, isFromTool, prepareFromTool } from './backup-tool.ts';
import { copyFrozen } from './frozen-copy.ts';
import type { MysqlPrograms } from './programs.ts';
import type { MysqlServer } from './server.ts';

/**
 * Copies the data of a running server: with the server's own backup program where there is one, so that
 * writers go on; else from a server that is frozen for as long as the copy takes. On failure the folder is
 * removed.
 */
export async function takeSnapshot(
  server: MysqlServer,
  folder: string,
  options: SnapshotOptions,
): Promise<PhysicalSnapshot> {
  try {
    await mkdir(folder, { mode: 0o700 });
    if (server.account) await chown(folder, server.account.uid, server.account.gid);
    const { backup } = server.programs;
    const databaseTimeMs =
      backup === undefined
        ? await copyFrozen(server, folder, options)
        : await copyWithTool(server, backup, folder, options);
    return { folder, databaseTimeMs };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Makes a copy of a snapshot ready for a server. */
export async function prepare(programs: MysqlPrograms, dataDir: string): Promise<void> {
  if (!existsSync(join(dataDir, isFromTool))) return;
  if (programs.backup === undefined) throw new Error('the program that made this snapshot is gone');
  await prepareFromTool(programs.backup, programs.libraryPath, dataDir, serverAccount());
}
