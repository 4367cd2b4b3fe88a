import type { Migration, SqlSource } from '../migration.ts';
import { applyRewrites } from './apply.ts';
import { fixManifest } from './fix-manifest.ts';
import type { PlacedRewrite } from './placed.ts';

/** A file as it is, null for one that is not there, and as it would be. */
export interface FileChange {
  readonly path: string;
  readonly before: string | null;
  readonly after: string;
}

/**
 * What the rewrites make of a migration's files; null when a file is no longer what they were made for.
 * @param inTransactions whether the engine's schema changes are kept in one transaction unless they are told apart
 */
export function fixFiles(
  migration: Migration,
  files: readonly SqlSource[],
  rewrites: readonly PlacedRewrite[],
  inTransactions = true,
): readonly FileChange[] | null {
  const { up, down, manifest } = migration;
  const changes: FileChange[] = [];
  const inFile = rewrites.filter(({ place }) => place.in === 'file');
  const begun = rewrites.some((rewrite) => rewrite.later !== undefined);
  if (up !== null && inFile.length > 0) {
    // What stands for several migrations, or says it in other words than SQL, is its author's to change.
    if (files.every((file) => file.path !== up.path || file.text !== up.text)) return null;
    const isOne = inTransactions && manifest === null && !begun && down === null;
    const after = applyRewrites(up, inFile, isOne);
    if (after === null) return null;
    changes.push({ path: up.path, before: up.text, after });
  }
  if (begun || rewrites.some(({ place }) => place.in !== 'file')) {
    const path = manifest?.path ?? manifestBeside(up?.path ?? '');
    const before = files.find((file) => file.path === path)?.text ?? null;
    changes.push({ path, before, after: fixManifest(before, rewrites, down !== null) });
  }
  return changes.filter(({ before, after }) => before !== after);
}

/** `V1__x.sql` → `V1__x.yaml`, `1_x.up.sql` → `1_x.yaml`. */
const manifestBeside = (path: string): string => path.replace(/(\.up)?\.sql$/i, '.yaml');
