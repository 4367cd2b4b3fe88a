import { splitName } from '../quote.ts';
import { unsteadyCallsIn } from './functions.ts';
import { type Token, tokensOf, UnfinishedText } from './tokens.ts';

/** A column that an expression names. */
export interface ColumnMention {
  readonly column: string;
  /** From the first part of its name to the last. */
  readonly start: number;
  readonly end: number;
}

/**
 * The columns from which an expression over a row of `table` computes its value; null when computing it again
 * may give another value or have an effect (the clock, chance, the session, or a function of which the name alone tells
 * nothing), or when not all of the columns can be told.
 */
export function sourcesOf(expression: string, table: string): readonly string[] | null {
  const mentions = columnsIn(expression, table);
  if (mentions === null) return null;
  const tokens = tokensOf(expression);
  const unsteady =
    unsteadyCallsIn(tokens).length > 0 ||
    tokens.some(({ kind, value }) => kind === 'variable' || (kind === 'word' && unsteadyWords.has(value)));
  return unsteady ? null : [...new Set(mentions.map(({ column }) => column))];
}

/** Functions that are called without parentheses. */
const unsteadyWords = new Set(
  'CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER CURRENT_ROLE LOCALTIME LOCALTIMESTAMP SELECT UTC_DATE UTC_TIME UTC_TIMESTAMP'.split(
    ' ',
  ),
);

/**
 * Where an expression names columns of `table`, in order; null where it cannot be read. A word is taken for a column
 * if it is neither called nor reserved, so that it may be one where the server sees a unit or a type.
 */
export function columnsIn(expression: string, table: string): readonly ColumnMention[] | null {
  let tokens: readonly Token[];
  try {
    tokens = tokensOf(expression);
  } catch (error) {
    if (error instanceof UnfinishedText) return null;
    throw error;
  }
  const row = splitName(table).at(-1)?.toLowerCase();
  const mentions: ColumnMention[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (token === undefined || !isName(token)) continue;
    const qualified =
      tokens[at + 1]?.raw === '.' && tokens[at + 1]?.kind === 'sign' ? tokens[at + 2] : undefined;
    if (qualified !== undefined) {
      if (nameOf(token).toLowerCase() !== row) return null;
      mentions.push({ column: nameOf(qualified), start: token.start, end: qualified.end });
      at += 2;
      continue;
    }
    if (tokens[at + 1]?.raw === '(' && tokens[at + 1]?.kind === 'sign') continue;
    if (token.kind === 'word' && isWordOfSql(tokens, at)) continue;
    mentions.push({ column: nameOf(token), start: token.start, end: token.end });
  }
  return mentions;
}

const isName = ({ kind }: Token): boolean => kind === 'name' || kind === 'word';
const nameOf = (token: Token): string => (token.kind === 'name' ? token.value : token.raw);

/** Reserved words that stand in expressions. */
const reserved = new Set(
  `AND AS BETWEEN BINARY BY CASE COLLATE CONVERT CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER DEFAULT DISTINCT DIV ELSE
   FALSE FOR FROM IN INTERVAL IS LIKE LOCALTIME LOCALTIMESTAMP MATCH MOD NOT NULL OR REGEXP RLIKE SELECT SEPARATOR SOUNDS THEN TRUE USING UTC_DATE
   UTC_TIME UTC_TIMESTAMP VALUES WHEN XOR END UNSIGNED ESCAPE`.split(/\s+/),
);
const units = new Set(
  `MICROSECOND SECOND MINUTE HOUR DAY WEEK MONTH QUARTER YEAR SECOND_MICROSECOND MINUTE_MICROSECOND MINUTE_SECOND HOUR_MICROSECOND
   HOUR_SECOND HOUR_MINUTE DAY_MICROSECOND DAY_SECOND DAY_MINUTE DAY_HOUR YEAR_MONTH`.split(/\s+/),
);
const castTypes = new Set(
  'CHAR CHARACTER NCHAR BINARY DATE DATETIME TIME YEAR DECIMAL SIGNED UNSIGNED INTEGER INT JSON DOUBLE FLOAT REAL UUID INET4 INET6'.split(
    ' ',
  ),
);

function isWordOfSql(tokens: readonly Token[], at: number): boolean {
  const { value, raw } = tokens[at] ?? { value: '', raw: '' };
  const previous = tokens[at - 1];
  const next = tokens[at + 1];
  if (reserved.has(value)) return true;
  // `_utf8mb4'…'`, `x'…'`, `DATE '…'`.
  if (
    next?.kind === 'text' &&
    (raw.startsWith('_') || ['X', 'B', 'N', 'DATE', 'TIME', 'TIMESTAMP'].includes(value))
  )
    return true;
  if (previous?.kind === 'word') {
    if (['COLLATE', 'USING', 'SET'].includes(previous.value)) return true;
    if (previous.value === 'AS' && castTypes.has(value)) return true;
    if (['SIGNED', 'UNSIGNED'].includes(previous.value) && value === 'INTEGER') return true;
    // `CHAR CHARACTER SET utf8mb4`, `IS UNKNOWN`.
    if (value === 'SET' && previous.value === 'CHARACTER') return true;
    if (value === 'CHARACTER' && castTypes.has(previous.value)) return true;
    if (value === 'UNKNOWN' && ['IS', 'NOT'].includes(previous.value)) return true;
  }
  if (value === 'CHARACTER' && next?.value === 'SET') return true;
  if (['BOTH', 'LEADING', 'TRAILING'].includes(value) && previous?.raw === '(') return true;
  return units.has(value) && isUnit(tokens, at);
}

/** `INTERVAL 1 DAY`, `EXTRACT(DAY FROM d)`, `TIMESTAMPDIFF(DAY, a, b)`. */
function isUnit(tokens: readonly Token[], at: number): boolean {
  const previous = tokens[at - 1];
  if (previous?.raw === '(') {
    return ['EXTRACT', 'TIMESTAMPDIFF', 'TIMESTAMPADD', 'GET_FORMAT'].includes(tokens[at - 2]?.value ?? '');
  }
  return (
    tokens.slice(0, at).some(({ kind, value }) => kind === 'word' && value === 'INTERVAL') &&
    previous?.raw !== ','
  );
}
