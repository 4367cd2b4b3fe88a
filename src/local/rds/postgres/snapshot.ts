import { createReadStream, createWriteStream } from 'node:fs';
import { chown, copyFile, mkdir, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { PhysicalSnapshot, SnapshotOptions } from '../database-server.ts';
import { copyTree } from '../host/copy.ts';
import type { PostgresServer } from './server.ts';

export interface PostgresSnapshot extends PhysicalSnapshot {
  /**
   * Where the content ends, e.g. `0/3000120`. What is not in the log before this position is not in the
   * snapshot, even when it was committed while the last files were being copied.
   */
  readonly lsn: string;
}

/** Contents that a server rebuilds or that belong to the running process: what pg_basebackup leaves out. */
const REBUILT = new Set([
  'pg_dynshmem',
  'pg_notify',
  'pg_replslot',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
]);
const CONTROL_FILE = 'global/pg_control';

/**
 * Copies the data folder of a running server into `folder` with PostgreSQL's own backup protocol; readers
 * and writers go on meanwhile. The recovery point is read just before the backup is ended: a commit in the few
 * milliseconds until `lsn` may be in it too. On failure the folder is removed.
 */
export async function takeSnapshot(
  server: PostgresServer,
  folder: string,
  options: SnapshotOptions,
): Promise<PostgresSnapshot> {
  try {
    return await server.asAdmin(async (client) => {
      // A temporary slot holds back the log from the start on, however long the copy takes.
      const slot = `lockkeeper_snapshot_${process.pid}_${Date.now().toString(36)}`;
      await client.query('SELECT pg_create_physical_replication_slot($1, true, true)', [slot]);
      const started = await client.query<{ segment: string }>(
        "SELECT pg_walfile_name(pg_backup_start('lockkeeper', true)) AS segment",
      );
      const first = started.rows[0]?.segment ?? '';
      await copyTree(server.dataDir, folder, {
        account: server.account,
        skip: isLeftOut,
        ...(options.onProgress ? { onProgress: options.onProgress } : {}),
      });
      // Last of all files, because it says where the newest checkpoint is.
      await copyFile(join(server.dataDir, CONTROL_FILE), join(folder, CONTROL_FILE));
      const databaseTimeMs = options.now();
      const stopped = await client.query<{
        lsn: string;
        labelfile: string;
        spcmapfile: string;
        segment: string;
      }>(
        `SELECT lsn::text, labelfile, spcmapfile, pg_walfile_name(lsn) AS segment FROM pg_backup_stop(false)`,
      );
      const end = stopped.rows[0];
      if (end === undefined) throw new Error('pg_backup_stop returned nothing');
      await writeFile(join(folder, 'backup_label'), end.labelfile);
      if (end.spcmapfile !== '') await writeFile(join(folder, 'tablespace_map'), end.spcmapfile);
      const sizes = await client.query<{ bytes: string }>(
        "SELECT setting AS bytes FROM pg_settings WHERE name = 'wal_segment_size'",
      );
      const segmentBytes = Number(sizes.rows[0]?.bytes);
      await copyLog(server, folder, { first, lsn: end.lsn, segment: end.segment, segmentBytes });
      await ownLoose(server, folder);
      return { folder, lsn: end.lsn, databaseTimeMs };
    });
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

function isLeftOut(path: string): boolean {
  const [top = '', ...below] = path.split('/');
  const name = below.at(-1) ?? top;
  return (
    path === 'postmaster.pid' ||
    path === 'postmaster.opts' ||
    path === CONTROL_FILE ||
    (top === 'pg_wal' && below.length > 0 && below[0] !== 'archive_status' && below[0] !== 'summaries') ||
    (REBUILT.has(top) && below.length > 0) ||
    name.startsWith('pgsql_tmp') ||
    name.startsWith('pg_internal.init')
  );
}

interface PieceOfLog {
  /** The segment in which recovery begins. */
  readonly first: string;
  readonly lsn: string;
  readonly segment: string;
  readonly segmentBytes: number;
}

/**
 * Copies the log of the backup, from the segment it begins in to its end, and blanks the rest of the last one.
 * Without an archive a server replays all the log it finds, and commits after the end would slip in.
 */
async function copyLog(server: PostgresServer, folder: string, end: PieceOfLog): Promise<void> {
  const target = join(folder, 'pg_wal');
  await mkdir(target, { recursive: true });
  const offset = Number(BigInt(`0x${end.lsn.split('/')[1]}`) % BigInt(end.segmentBytes));
  for (const name of await readdir(join(server.dataDir, 'pg_wal'))) {
    if (!/^[0-9A-F]{24}$/.test(name) || name < end.first || name > end.segment) continue;
    const from = join(server.dataDir, 'pg_wal', name);
    const path = join(target, name);
    if (name === end.segment) await copyUpTo(from, path, offset, end.segmentBytes);
    else await copyFile(from, path);
  }
}

/** The rest of the copy is zeros, which take no room on the disk. */
async function copyUpTo(from: string, to: string, offset: number, bytes: number): Promise<void> {
  if (offset === 0) await writeFile(to, '');
  else await pipeline(createReadStream(from, { end: offset - 1 }), createWriteStream(to));
  await truncate(to, bytes);
}

/** Gives the files written by this process to the account that will run a server on them. */
async function ownLoose(server: PostgresServer, folder: string): Promise<void> {
  const account = server.account;
  if (!account) return;
  const log = (await readdir(join(folder, 'pg_wal'))).map((name) => join('pg_wal', name));
  for (const path of ['backup_label', 'tablespace_map', 'pg_wal', CONTROL_FILE, ...log]) {
    await chown(join(folder, path), account.uid, account.gid).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
}
