/** What a piece of SQL text is to the server's own lexer. Comments are no tokens. */
export interface Token {
  /**
   * `open` and `close` are the ends of a versioned comment, whose content is lexed as part of the statement.
   * A `name` stood in backticks; a `text` in quotes of either kind.
   */
  readonly kind: 'word' | 'name' | 'text' | 'number' | 'variable' | 'sign' | 'open' | 'close';
  /** As it stands in the source. */
  readonly raw: string;
  /** A word in capitals; a name or text without its quotes; anything else as it stands. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** A name as it was meant: in quotes, backticks or neither. */
export const spelled = (token: Token | undefined): string =>
  token === undefined ? '' : token.kind === 'word' ? token.raw : token.value;

/** A quote or comment without an end. */
export class UnfinishedText extends Error {
  override readonly name = 'UnfinishedText';
  /** Index at which it begins. */
  readonly at: number;

  constructor(what: string, at: number) {
    super(`${what} is not closed`);
    this.at = at;
  }
}

/** Comments of any kind that have no meaning to the server, and blanks. `--` needs a blank behind it. */
const skipped = /(?:\s+|#[^\n]*|--(?=[\s\p{Cc}]|$)[^\n]*|\/\*(?!!|M!)[\s\S]*?\*\/)+/uy;
const opening = /\/\*M?!(?:\d{5,6})?/y;
const word = /[\w$\u0080-\u{10ffff}]+/uy;
const number =
  /(?:0x[0-9a-f]+|0b[01]+|\d+(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)(?![\w$\u0080-\u{10ffff}])/iuy;
const variable =
  /@@?(?:[\w$.\u0080-\u{10ffff}]+|`(?:[^`]|``)*`|'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S]|"")*")?/uy;
const sign = /:=|->>|->|<=>|<=|>=|<>|!=|\|\||&&|<<|>>|[\s\S]/uy;
const quoted: Readonly<Record<string, RegExp>> = {
  "'": /'(?:[^'\\]|\\[\s\S]|'')*'/y,
  '"': /"(?:[^"\\]|\\[\s\S]|"")*"/y,
  '`': /`(?:[^`]|``)*`/y,
};

/** Reads one token after the other, with the delimiter that is in force where it stands. */
export class Lexer {
  readonly #text: string;
  #at: number;
  /** Within a versioned comment, with where it began. */
  #opened: number | null = null;

  constructor(text: string, from = 0) {
    this.#text = text;
    this.#at = from;
  }

  /** Index behind the last token. */
  get at(): number {
    return this.#at;
  }

  /** Goes on behind what the caller has read by itself. */
  skipTo(index: number): void {
    this.#at = index;
  }

  /** Skips comments and blanks; answers the index of what follows. */
  skipBlanks(): number {
    const blanks = this.#match(skipped);
    if (blanks !== null) this.#at += blanks.length;
    if (this.#text.startsWith('/*', this.#at) && this.#match(opening) === null) {
      throw new UnfinishedText('a comment', this.#at);
    }
    return this.#at;
  }

  /** The next token, or null at the end. Throws UnfinishedText. */
  next(delimiter = ';'): Token | null {
    const start = this.skipBlanks();
    if (start >= this.#text.length) {
      if (this.#opened !== null) throw new UnfinishedText('a versioned comment', this.#opened);
      return null;
    }
    return this.#make(start, delimiter);
  }

  #make(start: number, delimiter: string): Token {
    const found = (kind: Token['kind'], raw: string, value = raw): Token => {
      this.#at = start + raw.length;
      return { kind, raw, value, start, end: this.#at };
    };
    if (this.#text.startsWith(delimiter, start)) return found('sign', delimiter);
    const opened = this.#match(opening);
    if (opened !== null && this.#opened === null) {
      this.#opened = start;
      return found('open', opened);
    }
    if (this.#opened !== null && this.#text.startsWith('*/', start)) {
      this.#opened = null;
      return found('close', '*/');
    }
    const quote = this.#text[start] ?? '';
    if (quoted[quote] !== undefined) {
      const raw = this.#match(quoted[quote]);
      if (raw === null)
        throw new UnfinishedText(quote === '`' ? 'a name in backticks' : 'a text in quotes', start);
      return quote === '`' ? found('name', raw, unquoted(raw)) : found('text', raw, unescaped(raw));
    }
    const stored = this.#match(variable);
    if (stored !== null) return found('variable', stored);
    const figure = this.#match(number);
    if (figure !== null) return found('number', figure);
    const letters = this.#match(word);
    if (letters !== null) {
      const cut = letters.indexOf(delimiter);
      const raw = cut > 0 ? letters.slice(0, cut) : letters;
      return found('word', raw, raw.toUpperCase());
    }
    return found('sign', this.#match(sign) ?? '');
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text)?.[0] ?? null;
  }
}

/** All tokens of a statement. Throws UnfinishedText. */
export function tokensOf(text: string): readonly Token[] {
  const lexer = new Lexer(text);
  const tokens: Token[] = [];
  for (let token = lexer.next(); token !== null; token = lexer.next()) tokens.push(token);
  return tokens;
}

const unquoted = (raw: string): string => raw.slice(1, -1).replaceAll(raw.charAt(0).repeat(2), raw.charAt(0));

const escapes: Readonly<Record<string, string>> = {
  '0': '\0',
  b: '\b',
  n: '\n',
  r: '\r',
  t: '\t',
  Z: '\x1a',
  // These keep their backslash, for the sake of LIKE.
  '%': '\\%',
  _: '\\_',
};

function unescaped(raw: string): string {
  const quote = raw.charAt(0);
  return raw
    .slice(1, -1)
    .replace(/\\([\s\S])|''|""/g, (all, escaped: string | undefined) =>
      escaped === undefined ? (all[0] === quote ? quote : all) : (escapes[escaped] ?? escaped),
    );
}
