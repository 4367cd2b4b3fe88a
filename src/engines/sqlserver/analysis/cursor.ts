import { joinName } from '../quote.ts';
import type { Token } from './lexer.ts';

/** What comes next is not what this parser knows. */
export class Unread extends Error {
  override readonly name = 'Unread';
}

/** Walks over the tokens of a statement, of which none is a blank or comment. */
export class Cursor {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get atEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  /** What has not been read. */
  get rest(): readonly Token[] {
    return this.#tokens.slice(this.#at);
  }

  peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#at + ahead];
  }

  /** The word or sign that comes next, in capitals; empty for a quoted name, a text or the end. */
  word(ahead = 0): string {
    const token = this.peek(ahead);
    return token?.kind === 'word' || token?.kind === 'sign' ? token.value : '';
  }

  take(): Token {
    const token = this.peek();
    if (token === undefined) throw new Unread('the statement ends here');
    this.#at++;
    return token;
  }

  /** Takes the words if they all come next, e.g. `accept('IF', 'EXISTS')`. */
  accept(...words: readonly string[]): boolean {
    if (!words.every((wanted, index) => this.word(index) === wanted)) return false;
    this.#at += words.length;
    return true;
  }

  /** Takes one of the words if it comes next. */
  acceptAny(...words: readonly string[]): string | null {
    const next = this.word();
    if (next === '' || !words.includes(next)) return null;
    this.#at++;
    return next;
  }

  expect(...words: readonly string[]): void {
    if (!this.accept(...words)) throw new Unread(`expected ${words.join(' ')}`);
  }

  /** A name, quoted or not. */
  name(): string {
    const token = this.take();
    if (token.kind === 'name') return token.value;
    if (token.kind === 'word') return token.raw;
    throw new Unread('expected a name');
  }

  /** The parts of `t`, `dbo.t`, `shop..t`; an empty part is left out. */
  nameParts(): readonly string[] {
    const parts = [this.name()];
    while (this.word() === '.') {
      this.take();
      if (this.word() !== '.') parts.push(this.name());
    }
    return parts;
  }

  /** As effects write it: with its schema where there is one. Throws Unread for a name in another database. */
  qualifiedName(): string {
    const parts = this.nameParts();
    if (parts.length > 2) throw new Unread('a name in another database');
    return joinName(parts);
  }

  /** Takes what stands in parentheses, and answers it without them. */
  parentheses(): readonly Token[] {
    this.expect('(');
    const inside: Token[] = [];
    for (let depth = 1; ; ) {
      const token = this.take();
      if (token.raw === '(') depth++;
      if (token.raw === ')') depth--;
      if (depth === 0) return inside;
      inside.push(token);
    }
  }

  takeAll(): readonly Token[] {
    const rest = this.rest;
    this.#at = this.#tokens.length;
    return rest;
  }

  end(): void {
    if (!this.atEnd) throw new Unread(`did not expect ${this.peek()?.raw ?? ''}`);
  }
}

/** Parts of a list, cut at commas outside parentheses. */
export function cutAtCommas(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.raw === '(') depth++;
    if (token.raw === ')') depth--;
    if (token.raw === ',' && depth === 0) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

/** Whether the words stand one after the other, outside parentheses. */
export function hasWords(tokens: readonly Token[], ...words: readonly string[]): boolean {
  const outside = outsideParentheses(tokens);
  return outside.some((_, index) =>
    words.every((word, ahead) => {
      const token = outside[index + ahead];
      return token?.kind === 'word' && token.value === word;
    }),
  );
}

export function outsideParentheses(tokens: readonly Token[]): readonly Token[] {
  let depth = 0;
  return tokens.filter((token) => {
    if (token.raw === '(') return depth++ === 0;
    if (token.raw === ')') return --depth === 0;
    return depth === 0;
  });
}

/** `WITH (ONLINE = ON, FILLFACTOR = 80)`: the names given an option, in capitals, with what is said of them. */
export function withOptions(tokens: readonly Token[]): ReadonlyMap<string, string> {
  const at = tokens.findLastIndex(
    (token, index) => token.value === 'WITH' && token.kind === 'word' && tokens[index + 1]?.raw === '(',
  );
  if (at < 0) return new Map();
  const inside = cutAtCommas(new Cursor(tokens.slice(at + 1)).parentheses());
  return new Map(
    inside.map(([name, equals, ...value]) => [
      name?.value ?? '',
      (equals?.raw === '=' ? value : []).map((token) => token.value).join(' '),
    ]),
  );
}
