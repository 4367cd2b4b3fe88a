import type { SnapshotOptions } from '../database-server.ts';
import type { ServerAccount } from '../host/account.ts';
import { runCommand } from '../host/command.ts';
import { serverProcess } from '../host/process.ts';
import { ADMIN_USER, type MysqlServer } from './server.ts';
import { Sizes } from './sizes.ts';

/** A file that tells a copy made by the backup program, which has to be prepared, from others. */
export const isFromTool = 'xtrabackup_checkpoints';

/** The program's own words once no commit can happen any more until it has read the end of the log. */
const COMMITS_BLOCKED = 'Acquired locks for BACKUP STAGE BLOCK_COMMIT';

/**
 * Copies with mariadb-backup, while readers and writers go on; commits wait for some milliseconds at the end.
 * @returns the recovery point, in milliseconds since the epoch
 */
export async function copyWithTool(
  server: MysqlServer,
  backup: string,
  folder: string,
  { now, onProgress }: SnapshotOptions,
): Promise<number> {
  const sizes = await Sizes.below(server.dataDir);
  // What was committed before the program began is there in any case, whatever it says on the way.
  let recoveryMs = now();
  // The program's times are the machine's; `now` may be another clock.
  const offsetMs = recoveryMs - Date.now();
  await runCommand(
    backup,
    [
      '--no-defaults',
      '--backup',
      `--target-dir=${folder}`,
      `--datadir=${server.dataDir}`,
      `--socket=${server.socket}`,
      `--user=${ADMIN_USER}`,
      // Commits wait at the end until it has looked at the log once more: not a second, as by default.
      '--log-copy-interval=20',
    ],
    {
      ...serverProcess(server.account, server.programs.libraryPath),
      onErrorLine(line) {
        const copied = /\bCopying (?:\.\/)?(\S+) to /.exec(line)?.[1];
        if (copied !== undefined) onProgress?.(sizes.shareAfter(copied));
        if (!line.includes(COMMITS_BLOCKED)) return;
        // We may read the line late, when commits go on again. The program's own time, cut to the second, is not
        // after the moment at which it blocked them.
        const printed = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)/.exec(line);
        const printedMs = Date.parse(`${printed?.[1]}T${printed?.[2]}Z`) + offsetMs;
        if (printedMs > recoveryMs) recoveryMs = Math.min(now(), printedMs);
      },
    },
  );
  onProgress?.(1);
  return recoveryMs;
}

/** Applies the log that was copied along, so that a server can start on the folder. */
export async function prepareFromTool(
  backup: string,
  libraryPath: string | undefined,
  dataDir: string,
  account: ServerAccount | undefined,
): Promise<void> {
  await runCommand(backup, ['--no-defaults', '--prepare', `--target-dir=${dataDir}`], {
    ...serverProcess(account, libraryPath),
  });
}
