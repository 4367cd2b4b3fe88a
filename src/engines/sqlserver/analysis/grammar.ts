import type { Token } from './lexer.ts';
import { PlainReader, starters } from './plain-reader.ts';

/** A statement of a batch as far as its head and the words that structure it tell. */
export type Node =
  | { readonly kind: 'plain' | 'module'; readonly tokens: readonly Token[] }
  | { readonly kind: 'block'; readonly tokens: readonly Token[]; readonly body: readonly Node[] }
  | {
      readonly kind: 'if';
      readonly tokens: readonly Token[];
      readonly condition: readonly Token[];
      readonly body: Node;
      readonly otherwise: Node | null;
    }
  | {
      readonly kind: 'while';
      readonly tokens: readonly Token[];
      readonly condition: readonly Token[];
      readonly body: Node;
    }
  | {
      readonly kind: 'try';
      readonly tokens: readonly Token[];
      readonly body: readonly Node[];
      readonly handler: readonly Node[];
    };

/** The batch is not built as T-SQL is. */
export class BadGrammar extends Error {
  override readonly name = 'BadGrammar';
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** Parses the tokens of a batch, without blanks and comments, into its statements. Throws BadGrammar. */
export function parseBatch(tokens: readonly Token[]): readonly Node[] {
  return new Parser(tokens).batch();
}

const wordOf = (token: Token | undefined): string =>
  token?.kind === 'word' || token?.kind === 'sign' ? token.value : '';

/** Behind BEGIN: no block. */
const begun = new Set(['TRAN', 'TRANSACTION', 'DISTRIBUTED', 'DIALOG', 'CONVERSATION']);
const modules = new Set(['VIEW', 'PROC', 'PROCEDURE', 'FUNCTION', 'TRIGGER', 'RULE', 'DEFAULT']);

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  batch(): readonly Node[] {
    const nodes = this.#list(() => false);
    const rest = this.#tokens[this.#at];
    if (rest !== undefined) throw new BadGrammar(`${rest.raw} without what it belongs to`, rest.start);
    return nodes;
  }

  #list(isOver: () => boolean): readonly Node[] {
    const nodes: Node[] = [];
    for (;;) {
      while (this.#word() === ';') this.#at++;
      if (this.#tokens[this.#at] === undefined || isOver()) return nodes;
      if (this.#word() === 'END' || this.#word() === 'ELSE') return nodes;
      nodes.push(this.#statement());
    }
  }

  #statement(): Node {
    const from = this.#at;
    if (this.#isModule()) {
      this.#at = this.#tokens.length;
      return { kind: 'module', tokens: this.#since(from) };
    }
    switch (this.#word()) {
      case 'BEGIN':
        if (this.#word(1) === 'TRY') return this.#try(from);
        return begun.has(this.#word(1)) ? this.#plain(from) : this.#block(from);
      case 'IF':
        return this.#if(from);
      case 'WHILE': {
        const condition = this.#condition();
        const body = this.#wanted('a statement behind WHILE');
        return { kind: 'while', tokens: this.#since(from), condition, body };
      }
      default:
        return this.#plain(from);
    }
  }

  #block(from: number): Node {
    this.#at++;
    const body = this.#list(() => this.#word() === 'END');
    this.#expect('END');
    return { kind: 'block', tokens: this.#since(from), body };
  }

  #try(from: number): Node {
    this.#expect('BEGIN', 'TRY');
    const body = this.#list(() => this.#word() === 'END');
    this.#expect('END', 'TRY');
    while (this.#word() === ';') this.#at++;
    this.#expect('BEGIN', 'CATCH');
    const handler = this.#list(() => this.#word() === 'END');
    this.#expect('END', 'CATCH');
    return { kind: 'try', tokens: this.#since(from), body, handler };
  }

  #if(from: number): Node {
    const condition = this.#condition();
    const body = this.#wanted('a statement behind IF');
    let end = this.#at;
    while (this.#word() === ';') this.#at++;
    if (this.#word() !== 'ELSE') {
      this.#at = end;
      return { kind: 'if', tokens: this.#since(from), condition, body, otherwise: null };
    }
    this.#at++;
    const otherwise = this.#wanted('a statement behind ELSE');
    end = this.#at;
    return { kind: 'if', tokens: this.#tokens.slice(from, end), condition, body, otherwise };
  }

  /** What stands between IF or WHILE and the statement that it decides about. */
  #condition(): readonly Token[] {
    this.#at++;
    const from = this.#at;
    for (let cases = 0; this.#tokens[this.#at] !== undefined; ) {
      const word = this.#word();
      if (word === '(') this.#parentheses();
      else {
        if (word === 'CASE') cases++;
        else if (word === 'END' && cases > 0) cases--;
        else if (word === ';' || word === 'END' || word === 'THROW' || this.#isModule()) break;
        else if (starters.has(word) && !(word === 'UPDATE' && this.#word(1) === '(')) break;
        this.#at++;
      }
    }
    return this.#since(from);
  }

  #wanted(what: string): Node {
    const next = this.#tokens[this.#at];
    const word = this.#word();
    if (next !== undefined && word !== ';' && word !== 'END' && word !== 'ELSE') return this.#statement();
    throw new BadGrammar(`${what} is missing`, (next ?? this.#tokens.at(-1))?.start ?? 0);
  }

  #plain(from: number): Node {
    const reader = new PlainReader(this.#word(), this.#word(1));
    this.#at++;
    for (let cases = 0; this.#tokens[this.#at] !== undefined; ) {
      const word = this.#word();
      if (word === ';') break;
      if (word === '(') this.#parentheses();
      else {
        if (word === 'CASE') cases++;
        else if (word === 'END' && cases > 0) cases--;
        else if (word === 'END' || (word === 'ELSE' && cases === 0)) break;
        else if (this.#behindName()) reader.pass(word);
        else if (starters.has(word) && !reader.goesOn(word, this.#word(-1), this.#word(1), this.#word(2)))
          break;
        else reader.pass(word);
        this.#at++;
      }
    }
    return { kind: 'plain', tokens: this.#since(from) };
  }

  /** Behind a dot a reserved word cannot begin anything. */
  #behindName(): boolean {
    return this.#word(-1) === '.';
  }

  /** A definition that takes all the rest of its batch. */
  #isModule(): boolean {
    const [first, second] = [this.#word(), this.#word(1)];
    if (first === 'ALTER') return modules.has(second);
    if (first !== 'CREATE') return false;
    return modules.has(second === 'OR' && this.#word(2) === 'ALTER' ? this.#word(3) : second);
  }

  #parentheses(): void {
    const start = this.#tokens[this.#at]?.start ?? 0;
    for (let depth = 0; this.#tokens[this.#at] !== undefined; ) {
      const word = this.#word();
      this.#at++;
      if (word === '(') depth++;
      if (word === ')') depth--;
      if (depth === 0) return;
    }
    throw new BadGrammar('a parenthesis is not closed', start);
  }

  #expect(...words: readonly string[]): void {
    const found = this.#tokens[this.#at];
    if (!words.every((word, index) => this.#word(index) === word)) {
      throw new BadGrammar(`${words.join(' ')} is missing`, (found ?? this.#tokens.at(-1))?.start ?? 0);
    }
    this.#at += words.length;
  }

  #word(ahead = 0): string {
    return wordOf(this.#tokens[this.#at + ahead]);
  }

  #since(from: number): readonly Token[] {
    return this.#tokens.slice(from, this.#at);
  }
}
