import { isAbsolute, relative } from 'node:path';
import { editedAfterApplied } from '../../app/applied.ts';
import type { Database } from '../../app/ports/engine.ts';
import type { OpenRun } from '../../app/ports/ledger.ts';
import { type AppliedView, keepsHistory, readApplied, refuseLeftBehind } from '../../app/tool-history.ts';
import { FatalError, InputError } from '../../core/errors.ts';
import type { EngineName } from '../../core/ids.ts';
import type { FolderFormat, SqlSource } from '../../core/migration.ts';
import { bareVersion, compareVersions, type Migration, migrationName } from '../../core/migration.ts';
import { type Pending, pendingDown, pendingUp } from '../../core/pending.ts';
import type { Direction } from '../../core/plan/plan.ts';
import { loadSources } from '../../formats/load-folder.ts';
import { readFolder } from '../../formats/read-folder.ts';
import { defaultStateFolder, stateOptionFor } from '../local/state-folder.ts';

export interface Folder {
  /** How its format was found, in a sentence. */
  readonly because: string;
  readonly files: readonly SqlSource[];
  readonly migrations: readonly Migration[];
}

/**
 * Reads a folder of migrations, its files named from the working directory. Throws InputError with what is wrong
 * with them, or when there are none: a mistyped folder must not look like a database that is up to date.
 */
export async function readMigrationsFolder(
  folder: string,
  format?: FolderFormat,
  engine?: EngineName,
): Promise<Folder> {
  const asked = format === undefined ? {} : { format };
  const files = await loadSources(fromHere(folder), asked);
  const { migrations, because } = readFolder(files, {
    ...asked,
    ...(engine === undefined ? {} : { engine }),
  });
  if (migrations.length > 0)
    return { files, migrations, because: `${fromHere(folder)} is read as ${because}` };
  throw new InputError(
    `there are no migrations in ${fromHere(folder)}`,
    [],
    'name the folder that holds them; the files are called V1__name.sql and U1__name.sql, or 1_name.up.sql and 1_name.down.sql, or as docs/formats.md says for other tools',
  );
}

/** Short where the folder is below the working directory, as given elsewhere. */
function fromHere(folder: string): string {
  const short = relative(process.cwd(), folder);
  return short === '' || short.startsWith('..') || isAbsolute(short) ? folder : short;
}

export interface Work extends Pending {
  /** The run that has begun and not ended, and its migration: the first of those to be carried out. */
  readonly unfinished: { readonly run: OpenRun; readonly migration: Migration } | null;
  /** What it was found by. */
  readonly view: AppliedView;
}

export interface WorkOptions {
  /** Where to stop. */
  readonly to?: string | undefined;
  /** The history of the team's own tool is kept current as well. */
  readonly keepHistory?: boolean;
  /** Where the runs are remembered that suggested commands speak of. */
  readonly state?: string;
}

/**
 * What is left to be done on a database. Throws InputError for applied files that were edited or are needed and
 * missing, FatalError when a run has to be ended first that this folder, or this direction, cannot end.
 */
export async function findWork(
  database: Database,
  migrations: readonly Migration[],
  direction: Direction,
  { to, keepHistory = false, state = defaultStateFolder }: WorkOptions = {},
): Promise<Work> {
  const ledger = await database.readLedger();
  const view = await readApplied(database, ledger, migrations);
  const { openRun } = ledger;
  const { applied } = view;
  const pending =
    direction === 'up' ? pendingUp(migrations, applied, to) : pendingDown(migrations, applied, to);
  const unfinished =
    openRun === null ? null : findUnfinished(openRun, migrations, direction, stateOptionFor(state));
  refuseEdited(pending);
  if (direction === 'down') {
    refuseMissing(pending);
    for (const migration of pending.migrations)
      if (!keepsHistory(migration, keepHistory)) refuseLeftBehind(view, migration);
  }
  if (unfinished === null) return { ...pending, unfinished, view };
  // An interrupted run goes first, whatever its version: nothing else may begin before it has ended.
  const others = pending.migrations.filter((migration) => migration !== unfinished.migration);
  return { ...pending, migrations: [unfinished.migration, ...others], unfinished, view };
}

function findUnfinished(
  run: OpenRun,
  migrations: readonly Migration[],
  direction: Direction,
  stateOption: string,
) {
  const planned = run.plan.migration;
  const name = planned.version || planned.description;
  const begun = `run ${run.runId} of migration ${name} (${run.direction}) has begun on this database and is not finished`;
  if (run.direction !== direction) {
    throw new FatalError(begun, {
      code: 'unfinished-run',
      remedy:
        run.direction === 'up'
          ? `run without --down to finish it; or "lockkeeper abort ${run.runId}${stateOption}" and run without --down to take it back`
          : 'run with --down to finish it',
    });
  }
  const migration = migrations.find(
    (candidate) => candidate.version === planned.version && candidate.description === planned.description,
  );
  if (migration === undefined) {
    throw new FatalError(begun, {
      code: 'unfinished-run',
      remedy: `run with the folder that holds migration ${name}; "lockkeeper abort ${run.runId}${stateOption}" beforehand takes it back. ${byHand(run, stateOption)}`,
    });
  }
  if (migration.checksum !== planned.checksum) {
    throw new InputError(
      `migration ${name} was edited while run ${run.runId} of it is unfinished`,
      [
        {
          file: migration.up?.path ?? migration.manifest?.path ?? name,
          message: 'the file is not the one the run was planned from',
        },
      ],
      `restore the file as it was and run again; "lockkeeper abort ${run.runId}${stateOption}" beforehand takes the run back. ${byHand(run, stateOption)}`,
    );
  }
  return { run, migration };
}

const byHand = (run: OpenRun, stateOption: string): string =>
  `Where neither helps, put it right by hand, then: lockkeeper conclude ${run.runId}${stateOption}`;

function refuseEdited({ edited }: Pending): void {
  const errors = edited.map(({ migration, appliedAt }) => editedAfterApplied(migration, appliedAt));
  const [first] = errors;
  if (first === undefined) return;
  const message =
    errors.length === 1
      ? first.message
      : `${errors.length} migrations were edited after they had been applied`;
  throw new InputError(
    message,
    errors.flatMap((error) => error.problems),
    first.remedy,
  );
}

function refuseMissing({ missing }: Pending): void {
  if (missing.length === 0) return;
  const versions = missing.map(
    (entry) => `${entry.version} ${entry.description} (applied ${entry.appliedAt})`,
  );
  throw new InputError(
    `what to take back is not all there: the files are missing of ${versions.join(', ')}`,
    [],
    'put the files back into the folder, the down files among them; or stop above them with --to',
  );
}

/** Throws InputError for a version that no file bears. `0` stands for the empty database when going down. */
export function checkTo(
  migrations: readonly Migration[],
  options: { readonly down: boolean; readonly to?: string | undefined; readonly migrations: string },
): void {
  const { to } = options;
  if (to === undefined) return;
  const isWanted = (version: string): boolean => compareVersions(version, bareVersion(to)) === 0;
  if (options.down && isWanted('0')) return;
  if (migrations.some((migration) => !migration.repeatable && isWanted(migration.version))) return;
  const known = migrations.filter((migration) => !migration.repeatable).map(migrationName);
  throw new InputError(
    `there is no version ${to} in ${fromHere(options.migrations)}`,
    [],
    `--to takes one of: ${known.join(', ')}${options.down ? ', or 0 for all' : ''}`,
  );
}
