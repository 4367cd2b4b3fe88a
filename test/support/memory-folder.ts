import { chmodSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

/** Where Linux keeps files in memory. */
const memory = '/dev/shm';

/** What the servers of two workers, their snapshots and restores take at most, several times over. */
const NEEDED_BYTES = 4 * 2 ** 30;

/**
 * Once before all tests: temporary files, and so the data of all servers, are kept in memory where there is enough of
 * it. Thousands of data folders are made and thrown away; on a disk that costs a quarter of all processor time.
 */
export default function keepTemporaryFilesInMemory(): (() => void) | undefined {
  if (process.env.TMPDIR !== undefined || freeBytes() < NEEDED_BYTES) return undefined;
  const folder = mkdtempSync(`${memory}/lockkeeper-tests-`);
  // As /tmp: servers may belong to another user than the tests.
  chmodSync(folder, 0o1777);
  // Programs and prepared data outlive the tests.
  process.env.LOCKKEEPER_KEPT ??= tmpdir();
  process.env.TMPDIR = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

function freeBytes(): number {
  try {
    const { bavail, bsize } = statfsSync(memory);
    return bavail * bsize;
  } catch {
    return 0;
  }
}
