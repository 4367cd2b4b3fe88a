import { chown, mkdir, rm } from 'node:fs/promises';
import type { ServerAccount } from './account.ts';
import { privateFolder } from './cache.ts';
import { watchFolder } from './watchdog.ts';

/**
 * Bytes left for our scratch folder: a socket's path has at most 103 on every system (sun_path of macOS), and
 * below the folder come a random name, `/s/` and the name that the server chooses.
 */
const LONGEST_SCRATCH = 60;

/** A folder for the sockets of one server, which only the server's account and we can enter. */
export interface SocketFolder {
  readonly path: string;
  /** Removes it. */
  forget(): Promise<void>;
}

export async function openSocketFolder(account: ServerAccount | undefined): Promise<SocketFolder> {
  const folder = await privateFolder(account, 's', LONGEST_SCRATCH);
  const unwatch = watchFolder(folder);
  const path = `${folder}/s`;
  await mkdir(path, { mode: 0o700 });
  if (account) await chown(path, account.uid, account.gid);
  return {
    path,
    async forget() {
      await rm(folder, { recursive: true, force: true });
      unwatch();
    },
  };
}
