import { InputError, type Problem } from '../core/errors.ts';
import type { Migration, SqlSource } from '../core/migration.ts';
import { assemble, type NamedFile } from './assemble.ts';
import { withoutByteOrderMark } from './checksum.ts';
import { flywayNaming } from './flyway/names.ts';
import { findPlaceholders } from './flyway/placeholders.ts';
import type { FolderFormat, Naming } from './naming.ts';
import { baseOf } from './paths.ts';
import { upDownNaming } from './up-down/names.ts';

export interface ReadOptions {
  /** The convention to read by; files of another one are then left alone. Detected when absent. */
  readonly format?: FolderFormat;
  /** The option that a person gives the format with, for messages; `--format` when absent. */
  readonly askedWith?: string;
}

export interface ReadResult {
  /** Null when there are no migrations. */
  readonly format: FolderFormat | null;
  /** One sentence on how the format was found. */
  readonly because: string;
  /** In the order in which they are applied: by version, then the repeatable ones by description. */
  readonly migrations: readonly Migration[];
}

const namings: readonly Naming[] = [flywayNaming, upDownNaming];

/**
 * Reads migrations from the files of a folder. Files that are neither `.sql` nor named as a manifest are ignored.
 * @param files with `/` in their paths
 * @throws InputError with every problem of every file
 */
export function readFolder(files: readonly SqlSource[], options: ReadOptions = {}): ReadResult {
  const sources = files.map(({ path, text }) => ({ path, text: withoutByteOrderMark(text) }));
  const { naming, because } = chooseNaming(sources, options);
  const named = naming === null ? [] : sources.flatMap((source) => nameFile(source, naming));
  const { migrations, problems, namedDowns } =
    naming === null ? { migrations: [], problems: [], namedDowns: [] } : assemble(named, sources, naming);

  const known = new Set([...named.map((file) => file.source), ...namedDowns]);
  const unknown = sources.filter((source) => !known.has(source));
  const all = [
    ...problems,
    ...unknown.flatMap((source) => explainUnknown(source, naming)),
    ...(naming === flywayNaming ? findAllPlaceholders(migrations) : []),
  ];
  if (all.length > 0) {
    const count = all.length === 1 ? 'a problem' : `${all.length} problems`;
    throw new InputError(`the migration files have ${count}`, all.toSorted(compareProblems));
  }
  return { format: naming?.format ?? null, because, migrations };
}

/**
 * Whether `readFolder` has any use for a file of this name, so that others need not be read. With a format,
 * files that only another convention knows are of none.
 */
export function isMigrationFile(path: string, format?: FolderFormat): boolean {
  const base = baseOf(path);
  const chosen = namings.filter((naming) => format === undefined || naming.format === format);
  const known = (naming: Naming) => naming.read(base) !== null;
  if (chosen.some((naming) => known(naming) || naming.explainUnknown(base) !== null)) return true;
  return isSql(base) && !namings.some(known);
}

/** Whether any convention takes a file of this name for part of a migration. */
export const isNamedMigration = (path: string): boolean =>
  namings.some((naming) => naming.read(baseOf(path)) !== null);

interface Choice {
  readonly naming: Naming | null;
  readonly because: string;
}

function chooseNaming(
  sources: readonly SqlSource[],
  { format, askedWith = '--format' }: ReadOptions,
): Choice {
  const chosen = namings.find((naming) => naming.format === format);
  if (chosen !== undefined) return { naming: chosen, because: `${chosen.format}, as asked for` };

  const followed = namings.flatMap((naming) => {
    const files = sources.filter((source) => naming.read(baseOf(source.path)) !== null);
    const [example] = files;
    return example === undefined ? [] : [{ naming, files, example }];
  });
  const [first, second] = followed;
  if (first === undefined) return { naming: null, because: 'no file is named like a migration' };
  if (second === undefined) {
    const count = first.files.length === 1 ? '1 file is' : `${first.files.length} files are`;
    const because = `${first.naming.format}, because ${count} named like ${baseOf(first.example.path)}`;
    return { naming: first.naming, because };
  }
  throw new InputError(
    'the folder holds migrations of more than one format',
    followed.map(({ naming, files, example }) => ({
      file: example.path,
      message: `named as ${naming.format} does, like ${files.length} of the files`,
    })),
    `say which to use: ${followed.map(({ naming }) => `${askedWith} ${naming.format}`).join(' or ')}`,
  );
}

function nameFile(source: SqlSource, naming: Naming): NamedFile[] {
  const name = naming.read(baseOf(source.path));
  return name === null ? [] : [{ source, name }];
}

function explainUnknown({ path }: SqlSource, naming: Naming | null): Problem[] {
  const base = baseOf(path);
  const asked = naming === null ? namings : [naming];
  const reason = asked.map((one) => one.explainUnknown(base)).find((text) => text !== null);
  const isAnothers = namings.some((one) => one !== naming && one.read(base) !== null);
  if (reason === undefined && (isAnothers || !isSql(base))) return [];
  const expected = asked.map((one) => one.patterns).join(', or ');
  return [{ file: path, message: reason ?? 'the name is not that of a migration', expected }];
}

function findAllPlaceholders(migrations: readonly Migration[]): Problem[] {
  const sources = migrations.flatMap(({ up, down }) => [up, down]).filter((source) => source !== null);
  return [...new Set(sources)].flatMap(findPlaceholders);
}

const isSql = (base: string): boolean => /\.sql$/i.test(base);

function compareProblems(a: Problem, b: Problem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
