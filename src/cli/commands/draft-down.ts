import { writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { draftDown } from '../../app/draft-down.ts';
import type { Clock } from '../../app/ports/clock.ts';
import { plainEffects } from '../../app/ports/effects.ts';
import { FatalError, InputError } from '../../core/errors.ts';
import type { EngineName } from '../../core/ids.ts';
import {
  bareVersion,
  compareVersions,
  type FolderFormat,
  type Migration,
  migrationName,
} from '../../core/migration.ts';
import { createEngines } from '../../engines/registry.ts';
import { downFileOf, isPairedFile, withEmptyDowns } from '../../formats/down-file.ts';
import { loadFile } from '../../formats/load-files.ts';
import { loadSources } from '../../formats/load-folder.ts';
import { readFolder } from '../../formats/read-folder.ts';
import { type ExitCode, exitCodes, type Output } from '../output.ts';
import { serverOptionFor } from './check-down.ts';

export interface DraftDownOptions {
  /** A file or a version; the newest migration without a down file when absent. */
  readonly named?: string | undefined;
  readonly migrations: string;
  readonly format?: FolderFormat | undefined;
  readonly engine: EngineName;
  readonly write: boolean;
}

/** Prints a draft of a migration's down script, or writes it where the folder's convention wants it. */
export async function draftDownOf(
  options: DraftDownOptions,
  output: Output,
  clock: Clock,
): Promise<ExitCode> {
  const migration = await find(options);
  const engine = createEngines({ effects: plainEffects, clock })(options.engine);
  const { text, drafted, byHand } = await draftDown(engine, migration);
  const file = options.write ? await write(migration, text) : null;
  if (file === null) {
    if (!output.json) process.stdout.write(text);
  } else {
    output.say(`Wrote ${file}: ${count(drafted)}, and ${byHand} left to you. Read it, then:`);
    const server = serverOptionFor(options.engine);
    output.say(`  lockkeeper check-down ${migrationName(migration)} --migrations ${dirname(file)}${server}`);
  }
  output.emit({ migration: migrationName(migration), file, drafted, byHand, text });
  return exitCodes.done;
}

const count = (drafted: number): string => (drafted === 1 ? '1 statement' : `${drafted} statements`);

async function find({ named, migrations: folder, format }: DraftDownOptions): Promise<Migration> {
  if (named === undefined || !/\.(sql|ya?ml)$/i.test(named)) {
    return pick(await readWithoutDowns(folder, format), named, folder);
  }
  if (!isPairedFile(named)) return byItself(named);
  const migrations = await readWithoutDowns(dirname(named), format);
  const found = migrations.find(({ up, manifest }) =>
    [up?.path, manifest?.path].some((path) => path !== undefined && basename(path) === basename(named)),
  );
  if (found !== undefined) return found;
  throw new InputError(`${named} is not the forward file of a migration`, [], 'name that one, or a version');
}

/** Migrations with the down files that there are; a manifest may ask for one that is still to be drafted. */
async function readWithoutDowns(
  folder: string,
  format: FolderFormat | undefined,
): Promise<readonly Migration[]> {
  const options = format === undefined ? {} : { format };
  const { sources, added } = withEmptyDowns(await loadSources(folder, options));
  const { migrations } = readFolder(sources, options);
  return migrations.map((migration) =>
    added.has(migration.down?.path ?? '') ? { ...migration, down: null } : migration,
  );
}

function pick(migrations: readonly Migration[], named: string | undefined, folder: string): Migration {
  const versioned = migrations.filter(({ repeatable }) => !repeatable);
  const found =
    named === undefined
      ? versioned.findLast(({ down }) => down === null)
      : versioned.find(({ version }) => compareVersions(version, bareVersion(named)) === 0);
  if (found !== undefined) return found;
  throw named === undefined
    ? new InputError(`every migration of ${folder} has a down file`, [], 'name the version to draft one for')
    : new InputError(`there is no migration ${named} in ${folder}`, [], 'name a version, or a file.sql');
}

async function byItself(path: string): Promise<Migration> {
  return {
    version: path,
    description: '',
    format: 'up-down',
    repeatable: false,
    checksum: '',
    up: await loadFile(path),
    down: null,
    manifest: null,
  };
}

/** Never over a file that is there. */
async function write(migration: Migration, text: string): Promise<string> {
  const path = migration.up?.path ?? migration.manifest?.path ?? '';
  const file = downFileOf(path);
  if (file === null) {
    throw new InputError(
      `the name of ${path} follows no convention that has down files`,
      [],
      'leave out --write, and put what is printed where it belongs',
    );
  }
  if (migration.down !== null) throw exists(migration.down.path);
  await writeFile(file, text, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EEXIST' ? exists(file) : error;
  });
  return file;
}

const exists = (file: string): FatalError =>
  new FatalError(`there is a down file already: ${file}`, {
    code: 'exists',
    remedy: 'leave out --write to see the draft; nothing is overwritten',
  });
