import { type SchemaDifference, schemaDifference } from '../core/down/difference.ts';
import { FatalError, InputError } from '../core/errors.ts';
import { compareVersions, type Migration, migrationName } from '../core/migration.ts';
import { toSteps } from '../core/plan/steps.ts';
import { downGroups } from '../core/plan/undo.ts';
import { analyzeMigration } from './make-plan.ts';
import type { Engine } from './ports/engine.ts';
import type { Scratch, ScratchDatabase } from './ports/scratch.ts';

/** What became of the schema after a migration went up and down again. */
export type DownCheck =
  | { readonly version: string; readonly result: 'undone' }
  | { readonly version: string; readonly result: 'differs'; readonly difference: SchemaDifference }
  /** The server refused a statement of the down script. */
  | { readonly version: string; readonly result: 'failed'; readonly message: string };

export interface DownCheckInput {
  readonly engine: Engine;
  /** In the order in which they are applied. */
  readonly migrations: readonly Migration[];
  /** Null for every version that has a down script. */
  readonly version: string | null;
  readonly report: (check: DownCheck) => void;
}

/**
 * Runs the migrations in a scratch database and says of each down script whether it leaves the schema as it was
 * before. Nothing is run beyond the last version asked for. Throws InputError where there is nothing to check, and
 * FatalError where a forward script does not run.
 */
export async function checkDown(
  { engine, migrations, version, report }: DownCheckInput,
  openScratch: () => Promise<Scratch>,
): Promise<readonly DownCheck[]> {
  const versioned = migrations.filter(({ repeatable }) => !repeatable);
  const asked = versioned.filter((migration) =>
    version === null ? migration.down !== null : compareVersions(migration.version, version) === 0,
  );
  const last = asked.at(-1);
  if (last === undefined || last.down === null) throw nothingToCheck(version, last);
  const scratch = await openScratch();
  try {
    const checks: DownCheck[] = [];
    for (const migration of versioned.slice(0, versioned.indexOf(last) + 1)) {
      const isAsked = asked.includes(migration);
      const before = isAsked ? await scratch.main.fingerprint() : null;
      await goUp(engine, migration, scratch.main);
      if (before === null) continue;
      const copy = await scratch.copy();
      const check = await goDown(engine, migration, copy, before.lines);
      await copy.drop();
      report(check);
      checks.push(check);
    }
    return checks;
  } finally {
    await scratch.close();
  }
}

function nothingToCheck(version: string | null, found: Migration | undefined): InputError {
  if (version === null) return new InputError('no migration has a down script', []);
  if (found === undefined) return new InputError(`there is no migration ${version}`, []);
  return new InputError(
    `migration ${migrationName(found)} has no down script`,
    [],
    `lockkeeper draft-down ${migrationName(found)} drafts one`,
  );
}

async function goUp(engine: Engine, migration: Migration, database: ScratchDatabase): Promise<void> {
  const { expand, contract } = await analyzeMigration(engine, migration, 'up');
  try {
    await database.run(toSteps('expand', expand));
    for (const backfill of migration.manifest?.backfills ?? []) await database.backfill(backfill);
    await database.run(toSteps('contract', contract));
  } catch (error) {
    if (!(error instanceof FatalError)) throw error;
    throw new FatalError(`migration ${migrationName(migration)} does not run here: ${error.message}`, {
      code: 'scratch-failed',
      remedy:
        error.remedy ??
        'the scratch database begins empty: what the migrations count on must be in it, see --scratch-url',
      cause: error,
    });
  }
}

async function goDown(
  engine: Engine,
  migration: Migration,
  database: ScratchDatabase,
  before: readonly string[],
): Promise<DownCheck> {
  const { version } = migration;
  const { down } = await analyzeMigration(engine, migration, 'up');
  try {
    await database.run(toSteps('undo', downGroups(down ?? [])));
  } catch (error) {
    if (!(error instanceof FatalError)) throw error;
    return { version, result: 'failed', message: error.message };
  }
  const difference = schemaDifference(before, (await database.fingerprint()).lines);
  return difference === null ? { version, result: 'undone' } : { version, result: 'differs', difference };
}
