import type { ReaderOptions } from '../app/ports/migration-reader.ts';
import { InputError, type Problem } from '../core/errors.ts';
import { compareVersions, type FolderFormat, type Migration, type SqlSource } from '../core/migration.ts';
import { withoutByteOrderMark } from './checksum.ts';
import { complete } from './complete.ts';
import { detectFormat } from './detect.ts';
import { flyway } from './flyway/flyway.ts';
import type { Draft, Format } from './format.ts';
import { signedFormats } from './formats.ts';
import { isSql } from './paths.ts';
import { upDown } from './up-down/up-down.ts';

export interface ReadOptions extends ReaderOptions {
  /** The option that a person gives the format with, for messages; `--format` when absent. */
  readonly askedWith?: string;
}

export interface ReadResult {
  /** Null when there are no migrations. */
  readonly format: FolderFormat | null;
  /** One sentence on how the format was found. */
  readonly because: string;
  /** In the order in which they are applied; repeatable ones last, by description. */
  readonly migrations: readonly Migration[];
}

/**
 * Reads migrations from the files of a folder.
 * @param files with `/` in their paths, those that `filesToRead` chooses
 * @throws InputError with every problem of every file
 */
export function readFolder(files: readonly SqlSource[], options: ReadOptions = {}): ReadResult {
  const sources = files.map(({ path, text }) => ({ path, text: withoutByteOrderMark(text) }));
  const { format, because } = detectFormat(sources, options.format, options.askedWith);
  const reading = format?.read(sources, { engine: options.engine ?? 'postgres' }) ?? {
    drafts: [],
    problems: [],
    unplaced: sources,
  };
  const completed =
    format === null ? [] : reading.drafts.map((draft) => complete(draft, format.name, sources));
  const namedDowns = new Set(completed.map(({ namedDown }) => namedDown));
  const problems = [
    ...reading.problems,
    ...completed.flatMap((one) => one.problems),
    ...findRepeats(reading.drafts),
    ...reading.unplaced.filter((source) => !namedDowns.has(source)).flatMap((one) => explain(one, format)),
  ];
  if (problems.length > 0) {
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
    throw new InputError(`the migration files have ${count}`, problems.toSorted(compareProblems));
  }
  const migrations = completed.map(({ migration }) => migration);
  return { format: format?.name ?? null, because, migrations };
}

/** By their names, files that are merely put together by it are told apart before. */
function findRepeats(drafts: readonly Draft[]): Problem[] {
  return drafts.flatMap((draft, index) => {
    const earlier = drafts.slice(0, index).find((other) => isSame(other, draft));
    if (earlier === undefined) return [];
    return [
      {
        file: draft.up?.path ?? draft.manifest?.path ?? draft.version,
        message: `version ${earlier.version} has a forward file already: ${earlier.up?.path ?? earlier.version}`,
        expected: 'each version once',
      },
    ];
  });
}

const isSame = (a: Draft, b: Draft): boolean =>
  a.repeatable === b.repeatable &&
  (a.repeatable ? a.description === b.description : compareVersions(a.version, b.version) === 0);

function explain(source: SqlSource, format: Format | null): Problem[] {
  const asked = format === null ? [flyway, upDown] : [format];
  const reason = asked.map((one) => one.explainUnplaced?.(source) ?? null).find((text) => text !== null);
  const isAnothers = signedFormats.some((one) => one !== format && one.findSigns([source]).length > 0);
  if (reason === undefined && (isAnothers || !isSql(source.path))) return [];
  const expected = asked.map((one) => one.patterns).join(', or ');
  return [{ file: source.path, message: reason ?? 'the name is not that of a migration', expected }];
}

const compareText = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

function compareProblems(a: Problem, b: Problem): number {
  return compareText(a.file, b.file) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
