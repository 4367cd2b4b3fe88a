import { writeFile } from 'node:fs/promises';
import { findMigrationRewrites } from '../../app/find-rewrites.ts';
import type { Engine } from '../../app/ports/engine.ts';
import { FatalError } from '../../core/errors.ts';
import { type FolderFormat, type Migration, migrationName, type SqlSource } from '../../core/migration.ts';
import { type FileChange, fixFiles } from '../../core/rewrites/fix-files.ts';
import { readMigrations } from '../../formats/read-migrations.ts';
import { place } from '../../report/words.ts';

/** Safe sequences for a migration, as changes of its own files. */
export interface Offer {
  readonly changes: readonly FileChange[];
  /** What each of them gains, with its place. */
  readonly reasons: readonly string[];
}

/** Null where there is nothing to offer. */
export async function offerRewrites(
  engine: Engine,
  migration: Migration,
  files: readonly SqlSource[],
  serverVersion?: string,
): Promise<Offer | null> {
  const rewrites = await findMigrationRewrites(engine, migration, serverVersion);
  const { transactionalDdl } = engine.capabilities;
  const changes = rewrites.length === 0 ? null : fixFiles(migration, files, rewrites, transactionalDdl);
  if (changes === null || changes.length === 0) return null;
  return { changes, reasons: rewrites.map(({ position, why }) => `${place(position)}: ${why}`) };
}

/**
 * Writes what has been shown. Nothing is written unless the folder reads well with all of it. Throws FatalError for
 * a migration that is applied, or whose run is unfinished: its files are what has been carried out.
 */
export async function writeOffer(
  { changes }: Offer,
  migration: Migration,
  files: readonly SqlSource[],
  isPending: boolean,
  format?: FolderFormat,
): Promise<void> {
  if (!isPending) {
    throw new FatalError(
      `migration ${migrationName(migration)} is applied or under way: its files stay as they are`,
      {
        code: 'already-applied',
        remedy: 'write a new migration for what is to be different',
      },
    );
  }
  const others = files.filter(({ path }) => !changes.some((change) => change.path === path));
  readMigrations(
    [...others, ...changes.map(({ path, after }) => ({ path, text: after }))],
    format === undefined ? {} : { format },
  );
  // New files first: one that has come up meanwhile is found before anything is changed.
  for (const { path, before, after } of changes.toSorted(
    (a, b) => Number(a.before !== null) - Number(b.before !== null),
  )) {
    await writeFile(path, after, before === null ? { flag: 'wx' } : {});
  }
}
