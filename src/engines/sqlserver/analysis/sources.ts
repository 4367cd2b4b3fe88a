import { splitName } from '../quote.ts';
import { isBlank, lex, type Token, UnfinishedText } from './lexer.ts';

/**
 * The columns from which an expression over a row of `table` computes its value; null when computing it again may give
 * another value (the clock, chance, the session), when it calls anything but a function that is known to answer every
 * argument alike and without an error, or when not all of the columns can be told.
 *
 * An error in a trigger ends the transaction of whoever writes, so what can fail for its values (a conversion, a division,
 * a negative length) counts as unknown where the text does not show that it cannot. Numbers that overflow are let pass.
 *
 * Words that are neither called nor known are taken for columns, some of which the table may not have.
 */
export function sourcesOf(expression: string, table: string): readonly string[] | null {
  let tokens: readonly Token[];
  try {
    tokens = lex(expression).filter((token) => !isBlank(token));
  } catch (error) {
    if (error instanceof UnfinishedText) return null;
    throw error;
  }
  const row = splitName(table).at(-1) ?? table;
  const columns = new Map<string, string>();
  for (let at = 0; at < tokens.length; ) {
    const part = readPart(tokens, at, row);
    if (part === null) return null;
    if (part.column !== undefined) columns.set(part.column.toLowerCase(), part.column);
    at += part.length;
  }
  return [...columns.values()];
}

/** How many tokens belong together, and the column that they name, if any. */
interface Part {
  readonly length: number;
  readonly column?: string;
}

/** Null for what cannot be followed. */
function readPart(tokens: readonly Token[], at: number, row: string): Part | null {
  const token = tokens[at];
  if (token === undefined || token.kind === 'variable') return null;
  if (token.kind === 'sign') return readSign(tokens, at);
  if (token.kind !== 'word' && token.kind !== 'name') return { length: 1 };
  if (token.kind === 'word') {
    if (operators.has(token.value)) return { length: 1 };
    if (token.value === 'COLLATE') return { length: 2 };
    if (unsteadyWords.has(token.value) || /^[#$]/.test(token.raw)) return null;
  }
  if (isSign(tokens[at + 1], '(')) return token.kind === 'word' ? readCall(tokens, at) : null;
  if (!isSign(tokens[at + 1], '.')) return { length: 1, column: nameOf(token) };
  const column = tokens[at + 2];
  const isOfRow = nameOf(token).toLowerCase() === row.toLowerCase();
  const goesOn = isSign(tokens[at + 3], '.') || isSign(tokens[at + 3], '(');
  if (!isOfRow || goesOn || (column?.kind !== 'word' && column?.kind !== 'name')) return null;
  return { length: 3, column: nameOf(column) };
}

const isSign = (token: Token | undefined, raw: string): boolean =>
  token?.kind === 'sign' && token.raw === raw;

const nameOf = ({ kind, raw, value }: Token): string => (kind === 'name' ? value : raw);

/** What stands in expressions and is no column. */
const operators = new Set('AND OR NOT IS NULL IN LIKE BETWEEN ESCAPE CASE WHEN THEN ELSE END'.split(' '));

/** Asked without parentheses, or words of clauses that are not for one row. */
const unsteadyWords = new Set(
  'CURRENT_TIMESTAMP CURRENT_DATE CURRENT_TIME CURRENT_USER SESSION_USER SYSTEM_USER USER SELECT AT NEXT OVER AS'.split(
    ' ',
  ),
);

function readSign(tokens: readonly Token[], at: number): Part | null {
  const raw = tokens[at]?.raw ?? '';
  if (raw === '/' || raw === '%') return neverZero(tokens, at + 1) ? { length: 1 } : null;
  return ['::', ';', '.'].includes(raw) ? null : { length: 1 };
}

/** A number, or `NULLIF(…, 0)`. */
function neverZero(tokens: readonly Token[], at: number): boolean {
  const divisor = tokens[at];
  if (divisor?.kind === 'number') return /^[\d.]*[1-9][\d.]*$/.test(divisor.raw);
  if (divisor?.kind !== 'word' || divisor.value !== 'NULLIF' || !isSign(tokens[at + 1], '(')) return false;
  return (
    argumentsAt(tokens, at + 1)
      .at(-1)
      ?.map(({ raw }) => raw)
      .join('') === '0'
  );
}

/** Those of a call whose parenthesis opens at `open`, without the commas between them. */
function argumentsAt(tokens: readonly Token[], open: number): readonly (readonly Token[])[] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens.slice(open)) {
    if (isSign(token, '(') && ++depth === 1) continue;
    if (isSign(token, ')') && --depth === 0) break;
    if (isSign(token, ',') && depth === 1) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

/** Functions that give the same for the same, to everybody, and have no argument for which they fail. */
const steady = new Set(
  `UPPER LOWER LTRIM RTRIM TRIM LEN DATALENGTH COALESCE ISNULL NULLIF IIF CHOOSE CONCAT CONCAT_WS REPLACE STUFF REVERSE
   CHARINDEX PATINDEX ASCII UNICODE ABS SIGN FLOOR CEILING ROUND YEAR MONTH DAY HASHBYTES`.split(/\s+/),
);
/** A negative length is an error. */
const takesLengths = new Set(['LEFT', 'RIGHT', 'SUBSTRING']);
/** Their first argument is a unit. */
const takesUnit = new Set(['DATEADD', 'DATEDIFF', 'DATEDIFF_BIG']);
/** Converting to or from a date or a text may depend on the session's language. */
const numbers = new Set(
  'BIT TINYINT SMALLINT INT BIGINT DECIMAL NUMERIC MONEY SMALLMONEY REAL FLOAT'.split(' '),
);

function readCall(tokens: readonly Token[], at: number): Part | null {
  const name = tokens[at]?.value ?? '';
  if (steady.has(name)) return { length: 2 };
  if (takesUnit.has(name)) return { length: 3 };
  if (takesLengths.has(name)) {
    const lengths = argumentsAt(tokens, at + 1).slice(1);
    return lengths.every(([only, ...more]) => only?.kind === 'number' && more.length === 0)
      ? { length: 2 }
      : null;
  }
  if (name !== 'TRY_CONVERT') return null;
  const [type, ...values] = argumentsAt(tokens, at + 1);
  const isNumber = type?.[0]?.kind === 'word' && numbers.has(type[0].value);
  return isNumber && values.length === 1 ? { length: 2 + type.length } : null;
}
