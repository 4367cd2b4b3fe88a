import type { Manifest } from './manifest/manifest.ts';

export interface SqlSource {
  readonly path: string;
  readonly text: string;
}

/** One version of a team's history, read from its own files. */
export interface Migration {
  /** As the file name says it; compared by `compareVersions`. Empty for repeatable migrations. */
  readonly version: string;
  readonly description: string;
  readonly format: 'flyway' | 'up-down' | 'manifest';
  /** Applied again whenever its checksum changes, after all versions. */
  readonly repeatable: boolean;
  /** SHA-256 over the forward file and the manifest; an applied migration whose checksum changed is refused. */
  readonly checksum: string;
  readonly up: SqlSource | null;
  readonly down: SqlSource | null;
  readonly manifest: Manifest | null;
}

/** The name people use: `V042`'s `042`, or a repeatable's description. */
export const migrationName = (migration: Migration): string =>
  migration.repeatable ? `R__${migration.description}` : migration.version;

/** Numeric by parts separated by `.` or `_`, so `2` < `10`, `1.9` < `1.10`, and `042` equals `42`. */
export function compareVersions(a: string, b: string): number {
  const left = versionParts(a);
  const right = versionParts(b);
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0n) - (right[index] ?? 0n);
    if (difference !== 0n) return difference < 0n ? -1 : 1;
  }
  return 0;
}

function versionParts(version: string): bigint[] {
  return version.split(/[._]/).map((part) => (/^\d+$/.test(part) ? BigInt(part) : 0n));
}
