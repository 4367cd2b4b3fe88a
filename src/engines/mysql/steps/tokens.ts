/** A piece of a statement: a word or name, a sign, or a literal. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'text' | 'sign';
  /** Words in upper case, quoted names without their quotes, everything else as it stands. */
  readonly text: string;
  /** A word as it was written. */
  readonly written: string;
}

/**
 * Comments are left out, but what stands between the marks of an executable one is part of the statement. Strings and
 * backticks are kept whole. Double quotes hold strings, as our sessions leave ANSI_QUOTES off.
 */
const pattern =
  /--(?=\s)[^\n]*|--$|#[^\n]*|\/\*(?![!M])[\s\S]*?\*\/|\/\*M?!\d*|\*\/|'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S]|"")*"|`(?:[^`]|``)*`|[\w$\u0080-\uffff]+|[^\s]/g;

export function tokenize(sql: string): readonly Token[] {
  return [...sql.matchAll(pattern)].flatMap(([found]) => toToken(found));
}

function toToken(found: string): readonly Token[] {
  if (/^(--|#|\/\*|\*\/)/.test(found)) return [];
  if (found.startsWith('`')) {
    const name = found.slice(1, -1).replaceAll('``', '`');
    return [{ kind: 'quoted', text: name, written: name }];
  }
  if (/^['"]/.test(found)) return [{ kind: 'text', text: found, written: found }];
  if (/^[\w$\u0080-\uffff]/.test(found)) return [{ kind: 'word', text: found.toUpperCase(), written: found }];
  return [{ kind: 'sign', text: found, written: found }];
}

/** Reads tokens from left to right. */
export class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get rest(): readonly Token[] {
    return this.#tokens.slice(this.#at);
  }

  get atEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  /** Passes over the words (or signs) if all of them come next, in this order. */
  accept(words: string): boolean {
    const wanted = words.split(' ');
    const comes = wanted.every((word, index) => {
      const token = this.#tokens[this.#at + index];
      return token !== undefined && token.kind !== 'quoted' && token.kind !== 'text' && token.text === word;
    });
    if (comes) this.#at += wanted.length;
    return comes;
  }

  /** Passes over each of the words that come next, in any order. */
  acceptAnyOf(...words: readonly string[]): void {
    while (words.some((word) => this.accept(word))) {
      // accept() has moved on
    }
  }

  /** A name, or null when none comes next. */
  name(): string | null {
    const token = this.#tokens[this.#at];
    if (token === undefined || (token.kind !== 'word' && token.kind !== 'quoted')) return null;
    this.#at += 1;
    return token.written;
  }

  /** `[schema.]name`. */
  qualified(): QualifiedName | null {
    const first = this.name();
    if (first === null) return null;
    if (!this.accept('.')) return { schema: null, name: first };
    const second = this.name();
    return second === null ? null : { schema: first, name: second };
  }

  skip(): void {
    this.#at += 1;
  }
}

export interface QualifiedName {
  /** Null: the database the session is in. */
  readonly schema: string | null;
  readonly name: string;
}

/** Cuts tokens at the commas outside parentheses. */
export function atCommas(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.kind === 'sign' && token.text === '(') depth += 1;
    if (token.kind === 'sign' && token.text === ')') depth -= 1;
    if (depth === 0 && token.kind === 'sign' && token.text === ',') parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}
