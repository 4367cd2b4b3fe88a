import { bareVersion, compareVersions, type Migration } from './migration.ts';

/** What the ledger says of one applied migration. */
export interface Applied {
  readonly version: string;
  readonly description: string;
  readonly repeatable: boolean;
  readonly checksum: string;
  readonly appliedAt: string;
  /** The tool whose history says so, where the ledger does not. */
  readonly by?: string;
}

export interface Pending {
  /** In the order in which they are to be carried out, which is that of the folder. */
  readonly migrations: readonly Migration[];
  /** Applied ones whose files have changed since. */
  readonly edited: readonly { readonly migration: Migration; readonly appliedAt: string }[];
  /** Applied versions for which there is no file. */
  readonly missing: readonly Applied[];
  /** Versions below the newest applied one: written earlier, merged later. */
  readonly outOfOrder: readonly Migration[];
}

/** What has to be done to bring a database up, to `to` at most. Repeatable migrations come last. */
export function pendingUp(
  migrations: readonly Migration[],
  applied: readonly Applied[],
  to?: string,
): Pending {
  const versioned = migrations.filter((migration) => !migration.repeatable);
  const repeatable = migrations.filter((migration) => migration.repeatable);
  const compare = orderOf(versioned);
  const inReach = versioned.filter(
    (migration) => to === undefined || compare(migration.version, bareVersion(to)) <= 0,
  );
  const open = inReach.filter((migration) => find(applied, migration) === undefined);
  const changed = repeatable.filter((migration) => find(applied, migration)?.checksum !== migration.checksum);
  const newest = newestVersion(applied, compare);
  return {
    migrations: [...open, ...(to === undefined ? changed : [])],
    edited: editedOf(versioned, applied),
    missing: applied.filter(
      (entry) => !migrations.some((migration) => find([entry], migration) !== undefined),
    ),
    outOfOrder: newest === null ? [] : open.filter((migration) => compare(migration.version, newest) < 0),
  };
}

/** What has to be taken back, newest version first, until `to` is the newest left; everything without `to`. */
export function pendingDown(
  migrations: readonly Migration[],
  applied: readonly Applied[],
  to?: string,
): Pending {
  const versioned = migrations.filter((migration) => !migration.repeatable);
  const compare = orderOf(versioned);
  const above = (version: string) => to === undefined || compare(version, bareVersion(to)) > 0;
  const taken = versioned.filter(
    (migration) => find(applied, migration) !== undefined && above(migration.version),
  );
  return {
    migrations: taken.toReversed(),
    edited: editedOf(taken, applied),
    missing: applied.filter(
      (entry) =>
        !entry.repeatable &&
        above(entry.version) &&
        !versioned.some((migration) => find([entry], migration) !== undefined),
    ),
    outOfOrder: [],
  };
}

/**
 * The order of a folder, whatever its versions are called; by their versions where one of two is not in it. Not every
 * tool has versions that can be compared.
 */
function orderOf(versioned: readonly Migration[]): (a: string, b: string) => number {
  const ranks = new Map<string, number>();
  const rank = (version: string): number => {
    const known = ranks.get(version);
    if (known !== undefined) return known;
    const found = versioned.findIndex((migration) => compareVersions(migration.version, version) === 0);
    ranks.set(version, found);
    return found;
  };
  return (a, b) => {
    const [left, right] = [rank(a), rank(b)];
    return left < 0 || right < 0 ? compareVersions(a, b) : left - right;
  };
}

function find(applied: readonly Applied[], migration: Migration): Applied | undefined {
  return applied.find((entry) =>
    migration.repeatable
      ? entry.repeatable && entry.description === migration.description
      : !entry.repeatable && compareVersions(entry.version, migration.version) === 0,
  );
}

function editedOf(migrations: readonly Migration[], applied: readonly Applied[]) {
  return migrations.flatMap((migration) => {
    const entry = find(applied, migration);
    return entry === undefined || entry.checksum === migration.checksum
      ? []
      : [{ migration, appliedAt: entry.appliedAt }];
  });
}

function newestVersion(
  applied: readonly Applied[],
  compare: (a: string, b: string) => number,
): string | null {
  const versions = applied.filter((entry) => !entry.repeatable).map((entry) => entry.version);
  return versions.toSorted(compare).at(-1) ?? null;
}
