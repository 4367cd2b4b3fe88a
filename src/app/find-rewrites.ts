import type { Located } from '../core/manifest/manifest.ts';
import type { Migration, SqlSource } from '../core/migration.ts';
import type { PlacedRewrite } from '../core/rewrites/placed.ts';
import type { Rewrite } from '../core/rewrites/rewrite.ts';
import { movedPosition, placeInOneScript } from './located-sql.ts';
import type { Engine } from './ports/engine.ts';

/** The safe sequences that an engine offers for a migration on its way up. Throws InputError with syntax errors. */
export async function findMigrationRewrites(
  engine: Engine,
  { manifest, up }: Migration,
  serverVersion?: string,
): Promise<readonly PlacedRewrite[]> {
  if (engine.findRewrites === undefined) return [];
  const find: Find = async (source) => (await engine.findRewrites?.(source, serverVersion)) ?? [];
  const forward =
    manifest?.expand === undefined
      ? (up === null ? [] : await find(up)).map((rewrite) => ({ ...rewrite, place: { in: 'file' as const } }))
      : await inEntries(find, manifest.expand, 'expand');
  return [...forward, ...(await inEntries(find, manifest?.contract?.statements ?? [], 'contract'))];
}

type Find = (source: SqlSource) => Promise<readonly Rewrite[]>;

/** The entries are read as one script, so that what an earlier one proves counts for those after it. */
async function inEntries(
  find: Find,
  entries: readonly Located<string>[],
  place: 'expand' | 'contract',
): Promise<PlacedRewrite[]> {
  const [first] = entries;
  if (first === undefined) return [];
  const script = placeInOneScript(entries);
  const rewrites = await find({ path: first.path, text: script.text });
  return rewrites.flatMap((rewrite): PlacedRewrite[] => {
    const index = script.entryAt(rewrite.position.line);
    const entry = entries[index];
    // One of several statements of an entry: which of them go together is its author's to say.
    if (entry === undefined || !isWhole(entry.value, rewrite)) return [];
    const position = movedPosition(rewrite.position, entry, script.firstLineOf(index));
    return [{ ...rewrite, position, place: { in: place, entry: index } }];
  });
}

const isWhole = (entry: string, { original }: Rewrite): boolean =>
  entry.trim().replace(/;\s*$/, '') === original;
