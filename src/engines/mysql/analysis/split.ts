import type { SourcePosition } from '../../../core/analysis/statement.ts';
import { InputError, type Problem } from '../../../core/errors.ts';
import type { SqlSource } from '../../../core/migration.ts';
import { TextMap } from '../../text-map.ts';
import { CompoundTracker } from './compound.ts';
import { Lexer, type Token, UnfinishedText } from './tokens.ts';

/** A statement as it is sent, with its tokens; their indexes count within `text`. */
export interface SplitStatement {
  /** From its first token to its last, without delimiter and surrounding comments. */
  readonly text: string;
  readonly position: SourcePosition;
  readonly tokens: readonly Token[];
}

/** A stretch of a script: a statement, or what stands between two (comments, delimiters, DELIMITER lines). */
export interface Piece {
  readonly kind: 'statement' | 'between';
  readonly text: string;
  readonly start: number;
  readonly tokens: readonly Token[];
}

/** Splits a script as the mysql client does. Throws InputError where a quote or comment does not end. */
export function splitScript(source: SqlSource): readonly SplitStatement[] {
  const text = source.text.replace(/^\ufeff/, '');
  const map = new TextMap(source.path, text);
  const nul = text.indexOf('\0');
  if (nul >= 0) {
    throw refusal(
      source.path,
      map,
      nul,
      'a NUL character: the file is not UTF-8 text (UTF-16 files look like this)',
    );
  }
  try {
    return cutScript(text)
      .filter((piece) => piece.kind === 'statement')
      .map((piece) => ({ text: piece.text, position: map.positionOf(piece.start), tokens: piece.tokens }));
  } catch (error) {
    if (error instanceof UnfinishedText) throw refusal(source.path, map, error.at, error.message);
    if (error instanceof ClientCommand) throw refusal(source.path, map, error.at, error.message);
    throw error;
  }
}

/** Cuts a script into pieces which, joined, are the script again. Throws UnfinishedText. */
export function cutScript(text: string): readonly Piece[] {
  return new Cutter(text).cut();
}

/** What only the mysql client understands. */
class ClientCommand extends Error {
  override readonly name = 'ClientCommand';
  readonly at: number;

  constructor(command: string, at: number) {
    super(`${command} is a command of the mysql client, not SQL`);
    this.at = at;
  }
}

const delimiterLine = /delimiter(?:[ \t]+(\S*)[^\n]*|(?=\r?\n|$))/iy;
/** Commands of the client that stand in files; others (help, status) have no place there. */
const clientLine = /(?:\\[.!a-z]|(?:source|system|tee|notee|pager|nopager|connect)\b(?!\s*[=(]))[^\n]*/iy;

class Cutter {
  readonly #text: string;
  readonly #lexer: Lexer;
  readonly #pieces: Piece[] = [];
  #delimiter = ';';
  /** Index up to which pieces have been made. */
  #done = 0;
  #tokens: Token[] = [];
  #tracker = new CompoundTracker();

  constructor(text: string) {
    this.#text = text;
    this.#lexer = new Lexer(text);
  }

  cut(): readonly Piece[] {
    for (;;) {
      if (this.#tokens.length === 0 && this.#clientLine()) continue;
      const token = this.#lexer.next(this.#delimiter);
      if (token === null) break;
      if (this.#ends(token)) this.#finish();
      else {
        this.#tokens.push(token);
        this.#tracker.read(token);
      }
    }
    this.#finish();
    this.#between(this.#text.length);
    return this.#pieces;
  }

  #ends(token: Token): boolean {
    if (token.kind !== 'sign') return false;
    if (token.raw === '\\' && /[gG]/.test(this.#text[token.end] ?? '')) {
      this.#lexer.skipTo(token.end + 1);
      return true;
    }
    if (token.raw === this.#delimiter) return this.#delimiter !== ';' || !this.#tracker.isOpen;
    // Behind another delimiter the server itself ends a statement at a semicolon, but not a body.
    return token.raw === ';' && !this.#tracker.isBodied;
  }

  /** Reads a line for the client, where one begins; in the middle of a statement the words mean something else. */
  #clientLine(): boolean {
    const at = this.#lexer.skipBlanks();
    delimiterLine.lastIndex = at;
    const found = delimiterLine.exec(this.#text);
    if (found !== null) {
      const wanted = (found[1] ?? '').replace(/^(['"`])(.*)\1$/, '$2');
      if (wanted === '') throw new ClientCommand('DELIMITER without a delimiter', at);
      this.#delimiter = wanted;
      this.#lexer.skipTo(at + found[0].length);
      return true;
    }
    clientLine.lastIndex = at;
    const command = clientLine.exec(this.#text);
    if (command !== null) throw new ClientCommand(command[0].trim(), at);
    return false;
  }

  #finish(): void {
    const tokens = this.#tokens;
    // The semicolon before another delimiter ends nothing that is sent.
    while (tokens.at(-1)?.raw === ';') tokens.pop();
    const [first] = tokens;
    const last = tokens.at(-1);
    this.#tokens = [];
    this.#tracker = new CompoundTracker();
    if (first === undefined || last === undefined) return;
    this.#between(first.start);
    const moved = tokens.map((token) => ({
      ...token,
      start: token.start - first.start,
      end: token.end - first.start,
    }));
    this.#piece('statement', last.end, moved);
  }

  #between(end: number): void {
    if (end > this.#done) this.#piece('between', end, []);
  }

  #piece(kind: Piece['kind'], end: number, tokens: readonly Token[]): void {
    this.#pieces.push({ kind, text: this.#text.slice(this.#done, end), start: this.#done, tokens });
    this.#done = end;
  }
}

function refusal(path: string, map: TextMap, index: number, message: string): InputError {
  const { line, column } = map.positionOf(index);
  const shown = map.lineAt(index).trim();
  const excerpt = shown.length > 120 ? `${shown.slice(0, 117)}…` : shown;
  const problem: Problem = { file: path, line, column, message: `${message}, in: ${excerpt}` };
  return new InputError(`${path} has a syntax problem`, [problem]);
}
