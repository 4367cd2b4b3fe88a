import type { Recorded } from './history/recorded.ts';
import type { Manifest } from './manifest/manifest.ts';

/** The conventions a folder of migrations may follow. */
export const folderFormats = [
  'flyway',
  'up-down',
  'diesel',
  'dbmate',
  'goose',
  'liquibase',
  'alembic',
  'prisma',
  'drizzle',
  'node-pg-migrate',
  'sqitch',
  'plain',
] as const;
export type FolderFormat = (typeof folderFormats)[number];

export interface SqlSource {
  readonly path: string;
  readonly text: string;
}

/** One version of a team's history, read from its own files. */
export interface Migration {
  /** As its files say it; compared by `compareVersions`. Empty for repeatable migrations. */
  readonly version: string;
  readonly description: string;
  readonly format: FolderFormat | 'manifest';
  /** Applied again whenever its checksum changes, after all versions. */
  readonly repeatable: boolean;
  /** SHA-256 over the forward file and the manifest; an applied migration whose checksum changed is refused. */
  readonly checksum: string;
  /** Its lines stand where they stand in the file, so that positions are those of the file. */
  readonly up: SqlSource | null;
  readonly down: SqlSource | null;
  readonly manifest: Manifest | null;
  /** The author wants none of it in a transaction with the rest. */
  readonly withoutTransaction?: boolean;
  /** Absent where the team's tool keeps no history. */
  readonly recorded?: Recorded;
}

/** The name people use: `V042`'s `042`, or a repeatable's description. */
export const migrationName = (migration: Migration): string =>
  migration.repeatable ? `R__${migration.description}` : migration.version;

/** A version as people write it, without the `V` that a convention puts before it. */
export const bareVersion = (text: string): string => text.replace(/^[vV](?=\d)/, '');

/**
 * A total order by parts separated by `.` or `_`: numbers by value, so `2` < `10`, `1.9` < `1.10`, `042` equals
 * `42` and `1` equals `1.0`; a part that is no number comes after every number, by its characters.
 */
export function compareVersions(a: string, b: string): number {
  const left = versionParts(a);
  const right = versionParts(b);
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const order = compareParts(left[index] ?? 0n, right[index] ?? 0n);
    if (order !== 0) return order;
  }
  return 0;
}

function compareParts(a: bigint | string, b: bigint | string): number {
  if (typeof a !== typeof b) return typeof a === 'bigint' ? -1 : 1;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function versionParts(version: string): (bigint | string)[] {
  return version.split(/[._]/).map((part) => (/^\d+$/.test(part) ? BigInt(part) : part));
}
