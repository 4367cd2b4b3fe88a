import { isBlank, type Token } from './lexer.ts';

/** What goes to the server in one message: the tokens between two GO lines, blanks and comments among them. */
export interface GoBatch {
  readonly tokens: readonly Token[];
  /** `GO 5`: how often it is carried out. */
  readonly count: number;
}

/** A line that begins with GO and is no command of the client as it stands. */
export class BadGo extends Error {
  override readonly name = 'BadGo';
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** A batch repeated more often than this is a loop, and wants to be a backfill. */
const COUNT_AT_MOST = 1000;

/**
 * Cuts a script at its GO lines, as sqlcmd and SSMS do: GO in any case, alone on its line but for a count and a
 * comment. In a comment, text or bracketed name that goes over several lines it is part of that. Throws BadGo.
 */
export function cutAtGo(tokens: readonly Token[]): readonly GoBatch[] {
  const batches: GoBatch[] = [];
  let open: Token[] = [];
  for (let index = 0; index < tokens.length; ) {
    const line = tokens[index];
    if (line === undefined) break;
    const go = beginsLine(tokens, index) ? readGo(tokens, index) : null;
    if (go === null) {
      open.push(line);
      index++;
    } else {
      batches.push({ tokens: open, count: go.count });
      open = [];
      index = go.next;
    }
  }
  return [...batches, { tokens: open, count: 1 }].filter((batch) => !batch.tokens.every(isBlank));
}

function beginsLine(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1];
  return before === undefined || (before.kind === 'blank' && (index === 1 || /[\r\n]/.test(before.raw)));
}

function readGo(tokens: readonly Token[], index: number): { count: number; next: number } | null {
  const go = tokens[index];
  if (go?.kind !== 'word' || go.value !== 'GO') return null;
  let next = index + 1;
  const line: Token[] = [];
  for (; next < tokens.length; next++) {
    const token = tokens[next];
    if (token === undefined || (token.kind === 'blank' && /[\r\n]/.test(token.raw))) break;
    if (!isBlank(token)) line.push(token);
  }
  const [first] = line;
  if (first === undefined) return { count: 1, next };
  if (line.length === 1 && first.kind === 'number' && /^\d+$/.test(first.raw)) {
    const count = Number(first.raw);
    if (count >= 1 && count <= COUNT_AT_MOST) return { count, next };
    throw new BadGo(`GO takes a count from 1 to ${COUNT_AT_MOST}`, go.start);
  }
  // `go = 1`, `go.x`: a column or table of that name.
  if (first.kind === 'sign' && first.raw !== ';') return null;
  throw new BadGo('GO stands alone on its line, but for a count and a comment', go.start);
}
