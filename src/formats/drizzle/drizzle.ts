import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Problem } from '../../core/errors.ts';
import type { SqlSource } from '../../core/migration.ts';
import type { Draft, Format, Reading } from '../format.ts';
import { manifestBeside } from '../manifest-beside.ts';
import { besides, isSql, samePath } from '../paths.ts';
import { endStatementsAt } from '../sections.ts';

const isJournal = (path: string): boolean => /(?:^|\/)meta\/_journal\.json$/.test(path);

/** Drizzle Kit: what is in `meta/_journal.json`, in its order. */
export const drizzle: Format = {
  name: 'drizzle',
  sign: 'named like',
  patterns: 'SQL files that meta/_journal.json lists',
  findSigns: (files) => files.filter(({ path }) => isJournal(path)),
  read(files) {
    const problems: Problem[] = [];
    const drafts = files
      .filter(({ path }) => isJournal(path))
      .flatMap((journal) => readJournal(journal, problems).map((entry) => ({ journal, entry })))
      .flatMap(({ journal, entry }) => toDraft(entry, journal, files, problems));
    return { drafts, problems, unplaced: unplaced(files, drafts) };
  },
};

const unplaced = (files: readonly SqlSource[], drafts: readonly Draft[]): Reading['unplaced'] =>
  files.filter(({ path }) => isSql(path) && !drafts.some(({ up }) => up?.path === path));

const journalSchema = z.object({
  entries: z.array(z.object({ idx: z.int(), when: z.int(), tag: z.string() })),
});
type Entry = z.infer<typeof journalSchema>['entries'][number];

function readJournal({ path, text }: SqlSource, problems: Problem[]): readonly Entry[] {
  const unreadable = (message: string, at?: string) => {
    problems.push({
      file: path,
      ...(at === undefined ? {} : { path: at }),
      message,
      expected: 'the journal as Drizzle Kit writes it',
    });
    return [];
  };
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    return unreadable(`this is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = journalSchema.safeParse(content);
  if (parsed.success) return parsed.data.entries.toSorted((a, b) => a.idx - b.idx);
  const [issue] = parsed.error.issues;
  return unreadable(issue?.message ?? 'this is no journal', issue?.path.join('.'));
}

function toDraft(
  { idx, when, tag }: Entry,
  journal: SqlSource,
  files: readonly SqlSource[],
  problems: Problem[],
): Draft[] {
  const path = besides(journal.path, `../${tag}.sql`);
  const file = files.find((candidate) => samePath(candidate.path, path));
  if (file === undefined) {
    problems.push({
      file: journal.path,
      path: `entries[${idx}]`,
      message: `there is no file ${path}`,
      expected: `${tag}.sql in the folder above`,
    });
    return [];
  }
  return [
    {
      version: String(idx),
      description: tag.replace(/^\d+_/, ''),
      repeatable: false,
      // Each statement travels by itself, so the last semicolon before a breakpoint may be missing.
      up: { path: file.path, text: endStatementsAt(file.text, /-->[ \t]*statement-breakpoint/g) },
      authored: file.text,
      down: null,
      manifest: manifestBeside(file.path, files),
      recorded: { tool: 'drizzle', hash: createHash('sha256').update(file.text).digest('hex'), when },
      missing: { up: `${tag}.sql`, down: 'name one as rollback.down' },
    },
  ];
}
