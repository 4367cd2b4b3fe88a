import type { SqlSource } from '../../core/migration.ts';
import { findMarkers, lineAt, partOf } from '../sections.ts';
import type { ChangeSet } from './change-set.ts';
import { findFormattedConditions } from './formatted-conditions.ts';
import { withSemicolons } from './script.ts';
import type { Walk } from './walk.ts';

export const isFormattedSql = ({ path, text }: SqlSource): boolean =>
  /\.sql$/i.test(path) && /^\s*--[ \t]*liquibase[ \t]+formatted[ \t]+sql/i.test(text);

const changeSetLine =
  /^[ \t]*--[ \t]*changeset[ \t]+("[^"\r\n]+"|[^:\r\n]+?):[ \t]*("[^"\r\n]+"|\S+)([^\r\n]*)$/gim;
const rollbackLine = /^[ \t]*--[ \t]*rollback\b[ \t]?([^\r\n]*)$/gim;
const rollbackBlock = /\/\*[ \t]*liquibase[ \t]+rollback\b([\s\S]*?)\*\//gi;
const otherLine = /^[ \t]*--[ \t]*(ignoreLines|property|precondition[\w-]*)\b[ \t:]*([^\r\n]*)$/gim;

/** The change sets of a formatted SQL file, in its order. */
export function readFormatted(file: SqlSource, walk: Walk): readonly ChangeSet[] {
  walk.used.add(file);
  const { path, text } = file;
  for (const { match, line } of findMarkers(text, otherLine)) {
    const said = attributesOf(match[2] ?? '');
    if (/^property$/i.test(match[1] ?? '')) {
      walk.define(said.get('name') ?? '', said.get('value') ?? '', said.get('dbms') ?? null);
    } else if (/^ignorelines$/i.test(match[1] ?? '')) {
      const message = 'lines that Liquibase passes over would be run here';
      walk.problems.push({ file: path, line, message, expected: 'a file without them' });
    }
  }
  const markers = findMarkers(text, changeSetLine);
  return markers.flatMap(({ match, line, end }, index) => {
    const [, author = '', id = '', rest = ''] = match;
    const body = partOf(file, end, markers[index + 1]?.at ?? text.length);
    return toChangeSet(
      { author: unquoted(author), id: unquoted(id), said: attributesOf(rest), line },
      body,
      walk,
    );
  });
}

interface Head {
  readonly author: string;
  readonly id: string;
  readonly said: ReadonlyMap<string, string>;
  readonly line: number;
}

function toChangeSet({ author, id, said, line }: Head, body: SqlSource, walk: Walk): ChangeSet[] {
  const { path } = body;
  const before = findFormattedConditions(body, walk);
  const context = said.get('context') ?? said.get('contextfilter') ?? null;
  const isWanted = walk.isWanted(context, said.get('labels') ?? null, path, line);
  if (!isWanted || said.get('ignore') === 'true' || !walk.isForThisEngine(said.get('dbms') ?? null))
    return [];
  refuseUnknown(said, path, line, walk);
  const delimiter = said.get('enddelimiter') ?? null;
  const forward = body.text.replaceAll(rollbackBlock, blank).replaceAll(rollbackLine, '');
  const up = withSemicolons(walk.replaced(forward, path, 1), delimiter);
  return [
    {
      id,
      author,
      file: said.get('logicalfilepath') ?? path,
      up: { path, text: up.trimEnd() },
      down: rollbackOf(body, said.get('rollbackenddelimiter') ?? delimiter, line, walk),
      authored: forward.replaceAll(/^[ \t]*--[ \t]*(?:comment|precondition)[^\r\n]*$/gim, '').trim(),
      before,
      withoutTransaction: said.get('runintransaction') === 'false',
      repeatable: said.get('runonchange') === 'true',
    },
  ];
}

const known = new Set(
  'context contextfilter labels dbms ignore enddelimiter rollbackenddelimiter splitstatements rollbacksplitstatements stripcomments logicalfilepath runintransaction runonchange failonerror'.split(
    ' ',
  ),
);

function refuseUnknown(said: ReadonlyMap<string, string>, path: string, line: number, walk: Walk): void {
  for (const [name, value] of said) {
    if (known.has(name) && !(name === 'failonerror' && value === 'false')) continue;
    if (name === 'runalways' && value === 'false') continue;
    walk.problems.push({
      file: path,
      line,
      message: `\`${name}:${value}\` of a change set is not supported`,
      expected: 'a change set that runs once, and has to succeed',
    });
  }
}

/** The lines of the way back, each where it stands. */
function rollbackOf(body: SqlSource, delimiter: string | null, line: number, walk: Walk): SqlSource | null {
  const { path, text } = body;
  const kept = keepOnly(text, [
    ...findMarkers(text, rollbackLine).map(({ match, end }) => [end - (match[1] ?? '').length, end] as const),
    ...findMarkers(text, rollbackBlock).map(({ match, end }) => {
      const to = end - '*/'.length;
      return [to - (match[1] ?? '').length, to] as const;
    }),
  ]);
  const said = kept.trim();
  // "empty" and "not required": there is nothing to take back, and no statement for it.
  if (/^(?:|empty|not required);?$/i.test(said)) return null;
  if (/^changesetid:/i.test(said)) {
    walk.problems.push({
      file: path,
      line: lineAt(kept, kept.search(/\S/)) || line,
      message: 'the way back is that of another change set',
      expected: 'its statements',
    });
    return null;
  }
  return { path, text: withSemicolons(walk.replaced(kept, path, 1), delimiter).trimEnd() };
}

/** Everything else becomes blank, so that what is kept stays in its place. */
function keepOnly(text: string, ranges: readonly (readonly [number, number])[]): string {
  let done = 0;
  let result = '';
  for (const [from, to] of ranges.toSorted(([a], [b]) => a - b)) {
    result += blank(text.slice(done, from)) + text.slice(from, to);
    done = to;
  }
  return result;
}

const blank = (text: string): string => text.replaceAll(/[^\r\n]/g, ' ');

const unquoted = (text: string): string => text.trim().replace(/^"(.*)"$/, '$1');

/** `name:value`, `name:"a value"`; names in small letters. */
export const attributesOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    [...text.matchAll(/([\w-]+):("[^"]*"|'[^']*'|\S+)/g)].map(([, name = '', value = '']) => [
      name.toLowerCase(),
      value.replace(/^(["'])(.*)\1$/, '$2'),
    ]),
  );
