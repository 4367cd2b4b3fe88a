/** What a piece of T-SQL text is. The raw texts of all tokens, joined, are the text. */
export interface Token {
  /** A `name` stood in brackets or double quotes; a `text` in quotes, with or without N before them. */
  readonly kind: 'word' | 'name' | 'text' | 'number' | 'variable' | 'sign' | 'blank' | 'comment';
  /** As it stands in the source. */
  readonly raw: string;
  /** A word in capitals; a name or text without its quotes; anything else as it stands. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** A quote, bracket or comment without an end. */
export class UnfinishedText extends Error {
  override readonly name = 'UnfinishedText';
  /** Index at which it begins. */
  readonly at: number;

  constructor(what: string, at: number) {
    super(`${what} is not closed`);
    this.at = at;
  }
}

/**
 * All tokens of a text, blanks and comments among them. What double quotes mean follows SET QUOTED_IDENTIFIER from
 * the place where it stands, as the server reads it before it carries anything out. Throws UnfinishedText.
 * @param quotedIdentifier what holds at the beginning; drivers switch it on
 */
export function lex(text: string, quotedIdentifier = true): readonly Token[] {
  const tokens: Token[] = [];
  const option = new QuotedIdentifier(quotedIdentifier);
  for (let at = 0; at < text.length; ) {
    const token = next(text, at, option.isOn);
    option.read(token);
    tokens.push(token);
    at = token.end;
  }
  return tokens;
}

export const isBlank = ({ kind }: Token): boolean => kind === 'blank' || kind === 'comment';

const blank = /[\s\ufeff\p{Cc}]+/uy;
const lineComment = /--[^\r\n]*/y;
// A closing mark that is doubled closes nothing, so that none of these gives a character back to find an end.
const text = /[nN]?'(?:[^']|'')*'(?!')/y;
const doubled = /"(?:[^"]|"")*"(?!")/y;
const bracketed = /\[(?:[^\]]|\]\])*\](?!\])/y;
const number = /0[xX](?:[\da-fA-F]|\\\r?\n)*|(?:[$£€¥]\s?-?)?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d*)?/y;
const variable = /@@?[\p{L}\p{N}_@#$]*/uy;
/** Names of temporary tables and procedures begin with # or ##; `$action` and its like are words as well. */
const word = /(?:[\p{L}_#]|\$(?=\p{L}))[\p{L}\p{N}\p{M}_@#$]*/uy;
const sign = /[<>!]=|<>|!<|!>|[-+*/%&|^]=|::|[\s\S]/uy;

function next(source: string, start: number, quotedIdentifier: boolean): Token {
  const make = (kind: Token['kind'], raw: string, value = raw): Token => ({
    kind,
    raw,
    value,
    start,
    end: start + raw.length,
  });
  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = start;
    return pattern.exec(source)?.[0] ?? null;
  };
  const first = source[start] ?? '';
  if (source.startsWith('/*', start)) return make('comment', blockComment(source, start));
  const skipped = match(lineComment);
  if (skipped !== null) return make('comment', skipped);
  const space = match(blank);
  if (space !== null) return make('blank', space);
  const quoted = match(text);
  if (quoted !== null)
    return make('text', quoted, quoted.replace(/^[nN]/, '').slice(1, -1).replaceAll("''", "'"));
  if (first === "'" || /^[nN]'/.test(source.slice(start, start + 2)))
    throw new UnfinishedText('a text in quotes', start);
  if (first === '"') {
    const raw = match(doubled);
    if (raw === null) throw new UnfinishedText('a double quote', start);
    return make(quotedIdentifier ? 'name' : 'text', raw, raw.slice(1, -1).replaceAll('""', '"'));
  }
  if (first === '[') {
    const raw = match(bracketed);
    if (raw === null) throw new UnfinishedText('a name in brackets', start);
    return make('name', raw, raw.slice(1, -1).replaceAll(']]', ']'));
  }
  const figure = match(number);
  if (figure !== null) return make('number', figure);
  const stored = match(variable);
  if (stored !== null) return make('variable', stored);
  const letters = match(word);
  if (letters !== null) return make('word', letters, letters.toUpperCase());
  return make('sign', match(sign) ?? first);
}

/** Block comments nest: each opening mark inside wants a closing one. */
function blockComment(source: string, start: number): string {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = start;
  let depth = 0;
  for (let found = mark.exec(source); found !== null; found = mark.exec(source)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return source.slice(start, mark.lastIndex);
  }
  throw new UnfinishedText('a comment', start);
}

/** Follows `SET QUOTED_IDENTIFIER ON`, `SET ANSI_NULLS, QUOTED_IDENTIFIER OFF` and `SET ANSI_DEFAULTS ON`. */
class QuotedIdentifier {
  isOn: boolean;
  #inSet = false;
  #named = false;

  constructor(isOn: boolean) {
    this.isOn = isOn;
  }

  read(token: Token): void {
    if (isBlank(token)) return;
    const value = token.kind === 'word' || token.kind === 'sign' ? token.value : '';
    if (value === 'SET') [this.#inSet, this.#named] = [true, false];
    else if (this.#inSet && (value === 'ON' || value === 'OFF')) {
      if (this.#named) this.isOn = value === 'ON';
      this.#inSet = false;
    } else if (value === 'QUOTED_IDENTIFIER' || value === 'ANSI_DEFAULTS') this.#named = true;
    else if (!/^(?:,|ANSI_\w+|ARITH\w+|CONCAT_\w+|NUMERIC_\w+|NOCOUNT|XACT_ABORT)$/.test(value))
      this.#inSet = false;
  }
}
