import type { Problem } from '../../core/errors.ts';
import type { SqlSource } from '../../core/migration.ts';
import type { Draft, Format } from '../format.ts';
import { baseOf, isSql } from '../paths.ts';
import { findMarkers, partOf } from '../sections.ts';

const marker = /^-- Running (upgrade|downgrade)[ \t]+(.*?)[ \t]*->[ \t]*(.*?)[ \t]*$/gm;

/**
 * Alembic: what `alembic upgrade --sql` and `alembic downgrade --sql` wrote, one or several files, a part a revision.
 * Where only `versions/*.py` are there, `loadFolder` has the team's own Alembic write them.
 */
export const alembic: Format = {
  name: 'alembic',
  sign: 'of Alembic’s making, like',
  patterns: 'what "alembic upgrade head --sql" and "alembic downgrade head:base --sql" write',
  findSigns: (files) => files.filter((file) => isOffline(file) || revisionOf(file) !== null),
  read(files) {
    const scripts = files.filter(isOffline).toSorted((a, b) => (a.path < b.path ? -1 : 1));
    const parts = scripts.flatMap(cut);
    const problems: Problem[] = [];
    const ups = parts.filter(({ direction }) => direction === 'upgrade');
    for (const part of parts) {
      if (part.direction === 'downgrade' && !ups.some(({ revision }) => revision === part.revision))
        problems.push(orphan(part));
    }
    const written = new Set(ups.map(({ revision }) => revision));
    for (const program of files) {
      const revision = revisionOf(program);
      if (revision !== null && !written.has(revision)) problems.push(unwritten(program, revision));
    }
    return {
      drafts: inOrder(ups).map((up) => toDraft(up, parts, files)),
      problems,
      unplaced: files.filter((file) => isSql(file.path) && !scripts.includes(file)),
    };
  },
};

/** What Alembic's offline mode writes. */
export const isOffline = ({ path, text }: SqlSource): boolean =>
  isSql(path) && findMarkers(text, marker).length > 0;

/** The revision that a program of Alembic's is; null for other programs. */
function revisionOf({ path, text }: SqlSource): string | null {
  if (!path.endsWith('.py') || !/^down_revision\b/m.test(text)) return null;
  return /^revision\b[^=\r\n]*=\s*["']([^"'\r\n]+)["']/m.exec(text)?.[1] ?? null;
}

const unwritten = ({ path }: SqlSource, revision: string): Problem => ({
  file: path,
  message: `nothing here says what revision ${revision} does in SQL`,
  expected:
    'the folder with env.py, so that your own Alembic can write it; or what "alembic upgrade head --sql" writes, beside it',
});

interface Part {
  readonly direction: 'upgrade' | 'downgrade';
  /** The revision that is brought about, or taken away. */
  readonly revision: string;
  readonly parents: readonly string[];
  readonly source: SqlSource;
  readonly line: number;
}

function cut(file: SqlSource): Part[] {
  const markers = findMarkers(file.text, marker);
  return markers.map(({ match, end, line }, index): Part => {
    const [, direction, from = '', to = ''] = match;
    const isUp = direction === 'upgrade';
    const source = partOf(file, end, markers[index + 1]?.at ?? file.text.length);
    return {
      direction: isUp ? 'upgrade' : 'downgrade',
      revision: isUp ? to : from,
      parents: (isUp ? from : to).split(/,\s*/).filter((name) => name !== ''),
      source: { path: source.path, text: withoutVersionTable(source.text) },
      line,
    };
  });
}

/** Its own bookkeeping, and the transactions around each revision or all of them: neither is the author's. */
const withoutVersionTable = (text: string): string =>
  text.replaceAll(
    /^(?:(?:BEGIN|COMMIT|START TRANSACTION)[ \t]*;|(?:INSERT INTO|UPDATE|DELETE FROM|DROP TABLE)[ \t]+\S*\balembic_version\b[^\r\n]*)$/gm,
    '',
  );

/** Parents first, otherwise as they stand. */
function inOrder(parts: readonly Part[]): readonly Part[] {
  const left = [...parts];
  const ordered: Part[] = [];
  while (left.length > 0) {
    const isLeft = (parent: string): boolean => left.some(({ revision }) => revision === parent);
    const index = left.findIndex(({ parents }) => !parents.some(isLeft));
    ordered.push(...left.splice(Math.max(index, 0), 1));
  }
  return ordered;
}

function toDraft(up: Part, parts: readonly Part[], files: readonly SqlSource[]): Draft {
  const { revision, parents } = up;
  const isNamed = (path: string, ending: RegExp): boolean =>
    ending.test(path) && (baseOf(path).startsWith(`${revision}_`) || baseOf(path).startsWith(`${revision}.`));
  const program = files.find((file) => revisionOf(file) === revision);
  const manifest = files.find(
    ({ path }) =>
      isNamed(path, /\.ya?ml$/) ||
      (program !== undefined && path.replace(/\.ya?ml$/, '.py') === program.path && path !== program.path),
  );
  const slug = program === undefined ? '' : baseOf(program.path).replace(/\.py$/, '');
  return {
    version: revision,
    description: slug.startsWith(`${revision}_`) ? slug.slice(revision.length + 1) : slug || revision,
    repeatable: false,
    up: up.source,
    // What Alembic writes differs from version to version; what the author wrote does not.
    authored: program?.text ?? up.source.text.trim(),
    down: parts.find((part) => part.direction === 'downgrade' && part.revision === revision)?.source ?? null,
    manifest: manifest ?? null,
    recorded: { tool: 'alembic', revision, parents },
    missing: {
      up: 'a part of "alembic upgrade --sql"',
      down: 'add what "alembic downgrade head:base --sql" writes',
    },
  };
}

const orphan = ({ source, line, revision }: Part): Problem => ({
  file: source.path,
  line,
  message: `this part undoes revision ${revision}, which is not here`,
  expected: 'what "alembic upgrade --sql" writes for it',
});
