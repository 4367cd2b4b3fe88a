import { compareVersions, type SqlSource } from '../core/migration.ts';
import { flywayNaming } from './flyway/names.ts';
import type { MigrationFileName, Naming } from './naming.ts';
import { baseOf, besides } from './paths.ts';
import { upDownNaming } from './up-down/names.ts';

/** The conventions that keep the way back in a file beside the way there. */
const paired: readonly Naming[] = [flywayNaming, upDownNaming];

/** Where the down file of a forward file or manifest belongs; null where its convention knows none. */
export function downFileOf(path: string): string | null {
  const known = nameOf(path);
  if (known === null || known.name.role === 'down' || known.name.repeatable) return null;
  return besides(path, known.naming.write({ ...known.name, role: 'down' }));
}

/**
 * The files of a folder with an empty down file for each migration that has none, so that manifests that ask for one
 * can be read; and the paths of those.
 */
export function withEmptyDowns(sources: readonly SqlSource[]): {
  readonly sources: readonly SqlSource[];
  readonly added: ReadonlySet<string>;
} {
  const downs = sources.flatMap(({ path }) => {
    const name = nameOf(path)?.name;
    return name?.role === 'down' ? [name.version] : [];
  });
  const added = sources.flatMap(({ path }) => {
    const version = nameOf(path)?.name.version;
    const down = downFileOf(path);
    const isThere = downs.some((one) => version !== undefined && compareVersions(one, version) === 0);
    return down === null || isThere ? [] : [down];
  });
  const paths = new Set(added);
  return { sources: [...sources, ...[...paths].map((path) => ({ path, text: '' }))], added: paths };
}

/** Whether a convention of paired files takes a file of this name for part of a migration. */
export const isPairedFile = (path: string): boolean => nameOf(path) !== null;

function nameOf(path: string): { readonly naming: Naming; readonly name: MigrationFileName } | null {
  for (const naming of paired) {
    const name = naming.read(baseOf(path));
    if (name !== null) return { naming, name };
  }
  return null;
}
