import { FatalError, InputError } from '../core/errors.ts';
import { compareVersions, type Migration, migrationName } from '../core/migration.ts';
import type { Applied } from '../core/pending.ts';
import type { Direction } from '../core/plan/plan.ts';
import type { AppliedView } from './tool-history.ts';

/** Going up, a migration must not be applied, or be repeatable and have changed; going down, it must be applied. */
export function refuseWhatIsApplied(ledger: AppliedView, migration: Migration, direction: Direction): void {
  const name = migrationName(migration);
  const applied = ledger.applied.find((entry) =>
    migration.repeatable
      ? entry.repeatable && entry.description === migration.description
      : !entry.repeatable && compareVersions(entry.version, migration.version) === 0,
  );
  if (direction === 'down') {
    if (applied === undefined) {
      throw new FatalError(`migration ${name} is not applied, so there is nothing to take back`, {
        code: 'not-applied',
      });
    }
    return;
  }
  if (applied === undefined || (migration.repeatable && applied.checksum !== migration.checksum)) return;
  if (applied.checksum === migration.checksum) {
    throw new FatalError(`migration ${name} is applied already (${byWhom(applied)}, ${applied.appliedAt})`, {
      code: 'already-applied',
      remedy: 'nothing to do',
    });
  }
  throw editedAfterApplied(migration, applied.appliedAt);
}

const byWhom = (applied: Applied): string =>
  'runId' in applied ? `run ${applied.runId}` : `by ${applied.by ?? 'another tool'}`;

/** An applied file must stay as it was: what runs on the next database would not be what ran on this one. */
export function editedAfterApplied(migration: Migration, appliedAt: string): InputError {
  return new InputError(
    `migration ${migrationName(migration)} was edited after it had been applied`,
    [{ file: fileOf(migration), message: `its checksum differs from the one applied at ${appliedAt}` }],
    'restore the file as it was and put the change into a new migration',
  );
}

export const fileOf = (migration: Migration): string =>
  migration.up?.path ?? migration.manifest?.path ?? migrationName(migration);
