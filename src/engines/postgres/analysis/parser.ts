import type { Node, ParseResult, ScanToken } from 'libpg-query';

export type { Node };

/** The server's own grammar (PostgreSQL 18), compiled to WASM. */
export interface Parser {
  /** Throws GrammarError at the first syntax error. Locations in the tree are UTF-8 byte offsets. */
  parse(sql: string): ParseResult;
  /** Tokens with UTF-8 byte offsets, comments included; null where the scanner itself fails. */
  scan(sql: string): readonly ScanToken[] | null;
}

/** A syntax error in the server's words. */
export class GrammarError extends Error {
  override readonly name = 'GrammarError';
  /** Code points before the error. */
  readonly at: number;

  constructor(message: string, at: number, cause: unknown) {
    // What is quoted of an unterminated text or comment goes on to the end of the script.
    super(message.split('\n', 1)[0] ?? message, { cause });
    this.at = at;
  }
}

let loading: Promise<Parser> | undefined;

/** Loads the grammar on first use only: a program that never analyses need not carry the WASM file. */
export function loadParser(): Promise<Parser> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Parser> {
  const { library } = await import('./grammar.ts');
  await library.loadModule();
  return {
    parse(sql) {
      // The library refuses an empty text, which the server takes for an empty script.
      if (sql.trim() === '') return { stmts: [] };
      try {
        return library.parseSync(sql);
      } catch (error) {
        if (!(error instanceof Error) || !library.hasSqlDetails(error)) throw error;
        throw new GrammarError(error.message, error.sqlDetails?.cursorPosition ?? 0, error);
      }
    },
    scan(sql) {
      try {
        return library.scanSync(blankControls(sql)).tokens;
      } catch {
        return null;
      }
    },
  };
}

/** The library writes tokens into JSON without escaping control characters; each is one byte, so offsets stay. */
function blankControls(sql: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return sql.replace(/[\u0001-\u0009\u000b\u000c\u000e-\u001f]/g, ' ');
}
