import type { Problem } from '../../../core/errors.ts';
import { TextMap } from '../../text-map.ts';
import { GrammarError, type Parser } from './parser.ts';

/**
 * Every problem of a script that the grammar refused. The parser stops at the first error, so the script is cut
 * at its semicolons and each piece is parsed by itself; where the script cannot be cut, the first error stands alone.
 */
export function findSyntaxProblems(
  parser: Parser,
  text: string,
  map: TextMap,
  first: GrammarError,
): readonly Problem[] {
  const { remaining, problems: client } = takeOutClientParts(text, map);
  const problems = [...client];
  const pieces = cutAtSemicolons(parser, remaining);
  if (pieces === null) {
    problems.push(problemAt(first.message, map.indexOfCodePoint(first.at), map));
  } else {
    for (const { start, end } of pieces) {
      const piece = remaining.slice(start, end);
      const error = errorOf(parser, piece);
      if (error === null) continue;
      const offset = [...piece].slice(0, error.at).join('').length;
      problems.push(problemAt(error.message, start + offset, map));
    }
  }
  // A script refused as a whole is refused, even if its pieces happen to parse.
  if (problems.length === 0) problems.push(problemAt(first.message, map.indexOfCodePoint(first.at), map));
  return problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}

function errorOf(parser: Parser, sql: string): GrammarError | null {
  try {
    parser.parse(sql);
    return null;
  } catch (error) {
    if (error instanceof GrammarError) return error;
    throw error;
  }
}

function problemAt(message: string, index: number, map: TextMap): Problem {
  const { path, line, column } = map.positionOf(index);
  const shown = map.lineAt(index).trim();
  const excerpt = shown.length > 120 ? `${shown.slice(0, 117)}…` : shown;
  return { file: path, line, column, message: excerpt === '' ? message : `${message}, in: ${excerpt}` };
}

/** What only psql understands, with a problem for each; blanked in `remaining`, so that every offset stays. */
function takeOutClientParts(text: string, map: TextMap): { remaining: string; problems: readonly Problem[] } {
  const problems: Problem[] = [];
  let remaining = text.replace(
    /^([ \t]*)(COPY\b[^;]*\bFROM\s+STDIN\b[^;]*;[ \t]*\r?\n)([\s\S]*?)(^\\\.[ \t]*\r?$|(?![\s\S]))/gim,
    (all, indent: string, _copy, _rows, _end, index: number) => {
      problems.push(problemAt(copyMessage, index + indent.length, map));
      return blank(all);
    },
  );
  remaining = remaining.replace(
    /^([ \t]*)(\\[a-z!?.]+).*$/gim,
    (all, indent: string, command: string, index: number) => {
      problems.push(problemAt(`${command} is a command of psql, not SQL`, index + indent.length, map));
      return blank(all);
    },
  );
  return { remaining, problems };
}

export const copyMessage =
  'COPY … FROM STDIN with its rows in the script is a psql feature: load the rows with INSERT, or outside the migration';

const blank = (text: string): string => text.replace(/[^\n]/gu, (character) => ' '.repeat(character.length));

/** Ranges up to top-level semicolons; those in parentheses and in `BEGIN ATOMIC … END` do not separate. */
function cutAtSemicolons(parser: Parser, text: string): readonly { start: number; end: number }[] | null {
  const tokens = parser.scan(text);
  if (tokens === null) return null;
  const map = new TextMap('', text);
  const pieces: { start: number; end: number }[] = [];
  let parentheses = 0;
  let blocks = 0;
  let previous = '';
  let start = 0;
  for (const token of tokens) {
    const word = token.keywordName === 'NO_KEYWORD' ? token.text : token.text.toLowerCase();
    if (word === '(') parentheses++;
    else if (word === ')') parentheses = Math.max(0, parentheses - 1);
    else if (word === 'atomic' && previous === 'begin') blocks++;
    else if (word === 'case' && blocks > 0) blocks++;
    else if (word === 'end' && blocks > 0) blocks--;
    else if (word === ';' && parentheses === 0 && blocks === 0) {
      const end = map.indexOfByte(token.start);
      // With its semicolon, so that the server's words are those for the whole script.
      pieces.push({ start, end: end + 1 });
      start = end + 1;
    }
    previous = word;
  }
  pieces.push({ start, end: text.length });
  return pieces;
}
