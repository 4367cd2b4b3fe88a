import type { SourcePosition } from '../../../core/analysis/statement.ts';
import { InputError } from '../../../core/errors.ts';
import type { SqlSource } from '../../../core/migration.ts';
import { TextMap } from '../../text-map.ts';
import { GrammarError, loadParser, type Node, type Parser } from './parser.ts';
import { findSyntaxProblems } from './syntax-problems.ts';

/** A statement with its syntax tree. */
export interface ParsedStatement {
  /** From its first token to its last, without semicolon and surrounding comments. */
  readonly text: string;
  readonly position: SourcePosition;
  readonly node: Node;
}

/** Splits a script with the server's grammar. Throws InputError with every syntax problem that was found. */
export async function splitScript(source: SqlSource): Promise<readonly ParsedStatement[]> {
  const parser = await loadParser();
  const text = source.text.replace(/^\ufeff/, '');
  const map = new TextMap(source.path, text);
  refuseNul(source, text, map);
  try {
    return cut(parser, text, map);
  } catch (error) {
    if (!(error instanceof GrammarError)) throw error;
    const problems = findSyntaxProblems(parser, text, map, error);
    const count = problems.length === 1 ? 'a syntax problem' : `${problems.length} syntax problems`;
    throw new InputError(`${source.path} has ${count}`, problems);
  }
}

function cut(parser: Parser, text: string, map: TextMap): readonly ParsedStatement[] {
  const statements = parser.parse(text).stmts ?? [];
  const tokens = (parser.scan(text) ?? []).filter((token) => !token.tokenName.endsWith('_COMMENT'));
  let next = 0;
  return statements.flatMap(({ stmt, stmt_location: start = 0, stmt_len: length }) => {
    if (stmt === undefined) return [];
    // Only the last statement comes without a length, when no semicolon ends it.
    const limit = length === undefined ? Buffer.byteLength(text) : start + length;
    while ((tokens[next]?.start ?? limit) < start) next++;
    const first = tokens[next]?.start ?? start;
    let last = limit;
    for (; (tokens[next]?.start ?? limit) < limit; next++) last = tokens[next]?.end ?? limit;
    const from = map.indexOfByte(first);
    return [{ text: text.slice(from, map.indexOfByte(last)), position: map.positionOf(from), node: stmt }];
  });
}

/** The grammar would take a NUL for the end of the script and pass over everything behind it. */
function refuseNul(source: SqlSource, text: string, map: TextMap): void {
  const index = text.indexOf('\0');
  if (index < 0) return;
  const { line, column } = map.positionOf(index);
  const message = 'a NUL character: the file is not UTF-8 text (UTF-16 files look like this)';
  throw new InputError(`${source.path} is not a text file`, [{ file: source.path, line, column, message }]);
}
