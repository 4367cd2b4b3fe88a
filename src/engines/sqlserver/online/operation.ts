import { Cursor, cutAtCommas, hasWords, Unread, withOptions } from '../analysis/cursor.ts';
import { isBlank, lex, type Token } from '../analysis/lexer.ts';

/** A statement that builds an index, and where its options go. */
export interface OnlineOperation {
  readonly kind: 'create' | 'rebuild' | 'constraint';
  readonly table: string;
  /** What the author said, by the option’s name in capitals. */
  readonly said: ReadonlyMap<string, string>;
  /** Why the server never does it online; null where it may. */
  readonly offlineBecause: string | null;
  /** Why it can be online but not resumable, whatever the server; null where it may. */
  readonly wholeBecause: string | null;
  /** While it runs, others read and write; this is taken at its end. */
  readonly lock: 'S for an instant' | 'Sch-M for an instant';
  withOptions(options: readonly string[]): string;
}

/** Null for any other statement. */
export function operationOf(text: string): OnlineOperation | null {
  const tokens = lex(text).filter((token) => !isBlank(token));
  if (hasOldOptions(tokens)) return null;
  try {
    const cursor = new Cursor(tokens);
    if (cursor.accept('CREATE')) return createOf(cursor, tokens, text);
    if (cursor.accept('ALTER', 'INDEX')) return rebuildOf(cursor, tokens, text);
    if (cursor.accept('ALTER', 'TABLE')) return constraintOf(cursor, tokens, text);
  } catch (error) {
    if (!(error instanceof Unread)) throw error;
  }
  return null;
}

/** `WITH FILLFACTOR = 80` without parentheses, which takes none of the newer options beside it. */
const hasOldOptions = (tokens: readonly Token[]): boolean =>
  tokens.some((token, index) => {
    const next = tokens[index + 1];
    return isWith(token) && next?.raw !== '(' && !/^(CHECK|NOCHECK)$/.test(next?.value ?? '');
  });

function createOf(cursor: Cursor, tokens: readonly Token[], text: string): OnlineOperation | null {
  const words: string[] = [];
  while (cursor.word() !== 'INDEX') words.push(cursor.take().value);
  cursor.expect('INDEX');
  cursor.name();
  cursor.expect('ON');
  const table = cursor.qualifiedName();
  const special = words.find((word) => /^(XML|SPATIAL|COLUMNSTORE)$/.test(word));
  const said = withOptions(tokens);
  // CREATE INDEX, RESUMABLE: the reference excludes these.
  const whole =
    (hasWords(tokens, 'WHERE') && 'a filtered index') ||
    (said.get('SORT_IN_TEMPDB') === 'ON' && 'SORT_IN_TEMPDB') ||
    (said.get('DROP_EXISTING') === 'ON' && 'DROP_EXISTING') ||
    null;
  return {
    kind: 'create',
    table,
    said,
    offlineBecause: special === undefined ? null : `an index of the kind ${special} is not built online`,
    wholeBecause: whole,
    lock: words.includes('CLUSTERED') ? 'Sch-M for an instant' : 'S for an instant',
    // `ON filegroup` and FILESTREAM_ON stand behind WITH.
    withOptions: inserting(
      text,
      tokens,
      said,
      (token, index) => index > headOf(tokens) && /^(ON|FILESTREAM_ON)$/.test(token.value),
    ),
  };
}

/** Index of the parenthesis that opens the key. */
const headOf = (tokens: readonly Token[]): number => tokens.findIndex((token) => token.raw === '(');

function rebuildOf(cursor: Cursor, tokens: readonly Token[], text: string): OnlineOperation | null {
  const name = cursor.word();
  cursor.name();
  cursor.expect('ON');
  const table = cursor.qualifiedName();
  if (!cursor.accept('REBUILD')) return null;
  const said = withOptions(tokens);
  const whole =
    (name === 'ALL' && 'ALL indexes at once') ||
    (said.get('SORT_IN_TEMPDB') === 'ON' && 'SORT_IN_TEMPDB') ||
    null;
  return {
    kind: 'rebuild',
    table,
    said,
    offlineBecause: null,
    wholeBecause: whole,
    lock: 'Sch-M for an instant',
    withOptions: inserting(text, tokens, said, () => false),
  };
}

/** One constraint that is all that the statement adds. */
function constraintOf(cursor: Cursor, tokens: readonly Token[], text: string): OnlineOperation | null {
  const table = cursor.qualifiedName();
  if (cursor.accept('WITH')) cursor.take();
  if (!cursor.accept('ADD')) return null;
  if (cursor.accept('CONSTRAINT')) cursor.name();
  const isPrimary = cursor.accept('PRIMARY', 'KEY');
  if (!isPrimary && !cursor.accept('UNIQUE')) return null;
  const kind = cursor.acceptAny('CLUSTERED', 'NONCLUSTERED');
  if (cutAtCommas(cursor.rest).length > 1) return null;
  const said = withOptions(tokens);
  const clustered = kind === 'CLUSTERED' || (kind === null && isPrimary);
  return {
    kind: 'constraint',
    table,
    said,
    offlineBecause: null,
    wholeBecause: null,
    lock: clustered ? 'Sch-M for an instant' : 'S for an instant',
    withOptions: inserting(
      text,
      tokens,
      said,
      (token, index) => index > headOf(tokens) && token.value === 'ON',
    ),
  };
}

/** Puts options into the author’s WITH, or a WITH of its own before what may not stand before it. */
function inserting(
  text: string,
  tokens: readonly Token[],
  said: ReadonlyMap<string, string>,
  staysBehind: (token: Token, index: number) => boolean,
): (options: readonly string[]) => string {
  return (options) => {
    const list = options.join(', ');
    if (said.size > 0) {
      const open = tokens.findLast((token, index) => token.raw === '(' && isWith(tokens[index - 1]));
      const at = open?.end ?? text.length;
      return `${text.slice(0, at)}${list}, ${text.slice(at)}`;
    }
    let depth = 0;
    const behind = tokens.find((token, index) => {
      if (token.raw === '(') depth++;
      if (token.raw === ')') depth--;
      return depth === 0 && token.kind === 'word' && staysBehind(token, index);
    });
    if (behind === undefined) return `${text} WITH (${list})`;
    return `${text.slice(0, behind.start)}WITH (${list}) ${text.slice(behind.start)}`;
  };
}

const isWith = (token: Token | undefined): boolean => token?.kind === 'word' && token.value === 'WITH';
