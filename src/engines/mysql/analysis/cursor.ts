import { joinName } from '../quote.ts';
import type { Token } from './tokens.ts';

/** What comes next is not what this parser knows. */
export class Unread extends Error {
  override readonly name = 'Unread';
}

/** Walks over the tokens of a statement; what stands in versioned comments counts as part of it. */
export class Cursor {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens.filter(({ kind }) => kind !== 'open' && kind !== 'close');
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

  /** The word or sign that comes next, in capitals; empty for a name, a text or the end. */
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

  /** Takes the words if they all come next, e.g. `accept('IF', 'NOT', 'EXISTS')`. */
  accept(...words: readonly string[]): boolean {
    if (!words.every((wanted, index) => this.word(index) === wanted)) return false;
    this.#at += words.length;
    return true;
  }

  /** Takes one of the words if it comes next. */
  acceptAny(words: readonly string[]): string | null {
    const next = this.word();
    if (!words.includes(next)) return null;
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
    // As of ANSI_QUOTES nothing, but `AS 'x'`, users and charsets come in quotes.
    throw new Unread('expected a name');
  }

  /** `t`, `app.t`, joined as effects write it. */
  qualifiedName(): string {
    const parts = [this.name()];
    while (this.word() === '.' && parts.length < 3) {
      this.take();
      parts.push(this.name());
    }
    return joinName(parts.slice(-2));
  }

  /** Takes what stands in parentheses, and answers it without them. */
  parentheses(): readonly Token[] {
    this.expect('(');
    const inside: Token[] = [];
    for (let depth = 1; ; ) {
      const token = this.take();
      if (token.kind === 'sign' && token.raw === '(') depth++;
      if (token.kind === 'sign' && token.raw === ')') depth--;
      if (depth === 0) return inside;
      inside.push(token);
    }
  }

  /** Takes everything up to a comma or the end, parentheses as a whole. */
  upToComma(): readonly Token[] {
    const taken: Token[] = [];
    while (!this.atEnd && this.word() !== ',') {
      const opening = this.peek();
      if (this.word() !== '(') taken.push(this.take());
      else {
        const inside = this.parentheses();
        if (opening !== undefined) taken.push(opening, ...inside);
      }
    }
    return taken;
  }

  takeAll(): readonly Token[] {
    const rest = this.rest;
    this.#at = this.#tokens.length;
    return rest;
  }

  ifExists(): boolean {
    return this.accept('IF', 'EXISTS');
  }

  ifNotExists(): boolean {
    return this.accept('IF', 'NOT', 'EXISTS');
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
    if (token.kind === 'sign' && token.raw === '(') depth++;
    if (token.kind === 'sign' && token.raw === ')') depth--;
    if (token.kind === 'sign' && token.raw === ',' && depth === 0) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}
