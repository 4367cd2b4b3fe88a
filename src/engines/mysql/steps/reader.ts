import { type Token, tokensOf } from '../analysis/tokens.ts';

export interface QualifiedName {
  /** Null: the database the session is in. */
  readonly schema: string | null;
  readonly name: string;
}

/** Reads a statement, or some of its tokens, from left to right; nothing is an error. */
export class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  /** What stands in versioned comments is part of the statement. */
  constructor(source: string | readonly Token[]) {
    const tokens = typeof source === 'string' ? tokensOf(source) : source;
    this.#tokens = tokens.filter(({ kind }) => kind !== 'open' && kind !== 'close');
  }

  get rest(): readonly Token[] {
    return this.#tokens.slice(this.#at);
  }

  get atEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  /** Whether one of the words comes next. */
  comes(words: readonly string[]): boolean {
    const next = this.#tokens[this.#at];
    return next?.kind === 'word' && words.includes(next.value);
  }

  /** Whether a sign comes next, such as a parenthesis. */
  get comesSign(): boolean {
    return this.#tokens[this.#at]?.kind === 'sign';
  }

  /** Passes over the words (or signs) if all of them come next, in this order: `accept('IF NOT EXISTS')`. */
  accept(words: string): boolean {
    const wanted = words.split(' ');
    const come = wanted.every((word, index) => {
      const token = this.#tokens[this.#at + index];
      return (token?.kind === 'word' || token?.kind === 'sign') && token.value === word;
    });
    if (come) this.#at += wanted.length;
    return come;
  }

  /** Passes over each of the words that come next, in any order. */
  acceptAnyOf(...words: readonly string[]): void {
    while (this.comes(words)) this.#at += 1;
  }

  skip(): void {
    this.#at += 1;
  }

  /** Passes over everything before the first of the words. */
  skipTo(...words: readonly string[]): void {
    while (!this.atEnd && !this.comes(words)) this.#at += 1;
  }

  /** A name, or null when none comes next. */
  name(): string | null {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'word' && token?.kind !== 'name') return null;
    this.#at += 1;
    return token.kind === 'name' ? token.value : token.raw;
  }

  /** `[schema.]name`. */
  qualified(): QualifiedName | null {
    const first = this.name();
    if (first === null) return null;
    if (!this.accept('.')) return { schema: null, name: first };
    const second = this.name();
    return second === null ? null : { schema: first, name: second };
  }
}
