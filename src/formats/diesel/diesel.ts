import { posix } from 'node:path';
import type { SqlSource } from '../../core/migration.ts';
import { assemble } from '../assemble.ts';
import type { Format, Reading } from '../format.ts';
import type { MigrationFileName, Naming } from '../naming.ts';
import { besides, isSql } from '../paths.ts';

/** A folder a migration: `042_add_email/up.sql` with `down.sql`, as Diesel writes them. */
export const diesel: Format = {
  name: 'diesel',
  sign: 'named like',
  patterns: '<version>_<description>/up.sql or <version>_<description>/down.sql',
  findSigns: (files) => {
    const paths = new Set(files.map(({ path }) => path));
    // Prisma's folders may hold a way down of the same name.
    const isPrismas = (path: string): boolean => paths.has(besides(path, 'migration.sql'));
    return files.filter(({ path }) => isSql(path) && inFolder.test(path) && !isPrismas(path));
  },
  read,
};

const inFolder = /(?:^|\/)(\d+(?:[-_]\d+)*)_([^/]+)\/(?:(up|down)\.sql|manifest\.ya?ml)$/i;

const naming: Naming = {
  read(path): MigrationFileName | null {
    const [, version, description, direction] = inFolder.exec(posix.normalize(path)) ?? [];
    if (version === undefined || description === undefined) return null;
    const role = direction === undefined ? 'manifest' : direction.toLowerCase() === 'up' ? 'up' : 'down';
    return { role, version: version.replaceAll(/[-_]/g, ''), description, repeatable: false };
  },
  // Said of a file that stands beside those that are there.
  write: ({ role }) => (role === 'manifest' ? 'manifest.yaml' : `${role}.sql`),
};

function read(files: readonly SqlSource[]): Reading {
  const reading = assemble(files, naming, ({ name }) => ({ tool: 'diesel', version: name.version }));
  const drafts = reading.drafts.map((draft) => {
    const settings = files.find(({ path }) => path === besides(draft.up?.path ?? '', 'metadata.toml'));
    const without = /^\s*run_in_transaction\s*=\s*false\b/m.test(settings?.text ?? '');
    return without ? { ...draft, withoutTransaction: true } : draft;
  });
  return { ...reading, drafts };
}
