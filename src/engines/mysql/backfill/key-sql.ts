import { FatalError } from '../../../core/errors.ts';
import type { KeyColumn } from '../../../core/plan/plan.ts';
import { quoteIdentifier } from '../quote.ts';

/**
 * How a key column travels and is compared. Key values leave the server as plain ASCII: numbers in digits, instants as
 * the server writes them, texts and bytes as hexadecimal digits, members of an ENUM as their number. They come back as
 * literals of the column's own type and collation, so that every comparison is the server's and can use the index.
 */
interface KeyKind {
  /** An expression that writes the value out. */
  readonly written: (column: string) => string;
  /** The literal for a value written out. */
  readonly literal: (text: string) => string;
  /** What is put into a user variable, and the variable as it is compared. */
  readonly kept: (column: string) => string;
  readonly variable: (name: string) => string;
}

const asText = (column: string): string => `CAST(${column} AS CHAR)`;
const same = (text: string): string => text;

/** Literals without quotes never lose digits: up to 65 of a DECIMAL, and BIGINT UNSIGNED up to its end. */
const numeric: KeyKind = {
  written: asText,
  literal: (text) => checked(text, /^-?\d+(\.\d+)?$/),
  kept: same,
  variable: same,
};

/** Bits as the number they make up. */
const bit: KeyKind = {
  ...numeric,
  written: (column) => asText(`${column} + 0`),
  kept: (column) => `${column} + 0`,
};

/**
 * Sorted by the server by their number, and compared by it with a number, never with a text. No index serves these
 * comparisons: a batch reads the key from its beginning, which is short where it is one ENUM (65,535 members at most).
 */
const member: KeyKind = bit;

const bytes: KeyKind = {
  written: (column) => `HEX(${column})`,
  literal: (text) => `X'${checked(text, /^[\dA-F]*$/)}'`,
  kept: same,
  variable: same,
};

/** In the column's own character set and collation: variables made of the column carry both. */
const texts = (characterSet: string, collation: string): KeyKind => ({
  ...bytes,
  literal: (text) => `_${characterSet} X'${checked(text, /^[\dA-F]*$/)}' COLLATE ${collation}`,
});

/** A variable forgets that its text was an instant. */
const instant = (type: string): KeyKind => ({
  written: asText,
  literal: (text) => `CAST('${checked(text, /^[-\d: .]+$/)}' AS ${type})`,
  kept: same,
  variable: (name) => `CAST(${name} AS ${type})`,
});

/** UUID and addresses of MariaDB: texts that the server turns into the column's type to compare them. */
const word: KeyKind = {
  written: asText,
  literal: (text) => `'${checked(text, /^[\da-fA-F:.-]+$/)}'`,
  kept: same,
  variable: same,
};

const numericTypes = /^(tinyint|smallint|mediumint|int|bigint|decimal|year)\b/;
const textTypes =
  /^(?:char|varchar|tinytext|text|mediumtext|longtext)\b.* character set (\w+) collate (\w+)$/;

/** Null for a type that cannot be walked along. */
export function keyKind(type: string): KeyKind | null {
  if (numericTypes.test(type)) return numeric;
  if (/^bit\b/.test(type)) return bit;
  if (/^enum\b/.test(type)) return member;
  if (/^(var)?binary\b/.test(type)) return bytes;
  if (/^date$/.test(type)) return instant('DATE');
  if (/^time\b(?!stamp)/.test(type)) return instant('TIME(6)');
  if (/^(datetime|timestamp)\b/.test(type)) return instant('DATETIME(6)');
  if (/^(uuid|inet4|inet6)$/.test(type)) return word;
  const text = textTypes.exec(type);
  return text === null ? null : texts(text[1] ?? '', text[2] ?? '');
}

const kindOf = ({ name, type }: KeyColumn): KeyKind => {
  const kind = keyKind(type);
  if (kind !== null) return kind;
  throw new FatalError(`column ${name} of type ${type} cannot be walked along`, { code: 'no-key' });
};

/** `` `a`, `b` ``. */
export const keyList = (key: readonly KeyColumn[]): string =>
  key.map(({ name }) => quoteIdentifier(name)).join(', ');

export const keyOrder = (key: readonly KeyColumn[], direction: 'ASC' | 'DESC'): string =>
  key.map(({ name }) => `${quoteIdentifier(name)} ${direction}`).join(', ');

/** The key as it travels: an expression for a JSON array of texts. None of them holds what JSON would escape. */
export const keyTexts = (key: readonly KeyColumn[]): string =>
  jsonOf(key.map((column) => kindOf(column).written(quoteIdentifier(column.name))));

/** An expression for a JSON array of the texts that `expressions` give. */
export const jsonOf = (expressions: readonly string[]): string =>
  `CONCAT('["', ${expressions.join(`, '","', `)}, '"]')`;

export const keyLiterals = (key: readonly KeyColumn[], texts: readonly string[]): readonly string[] =>
  key.map((column, index) => kindOf(column).literal(texts[index] ?? ''));

/** What is kept of a row's key in user variables, in the order of the key. */
export const keptValues = (key: readonly KeyColumn[]): readonly string[] =>
  key.map((column) => kindOf(column).kept(quoteIdentifier(column.name)));

export const keptVariables = (key: readonly KeyColumn[], names: readonly string[]): readonly string[] =>
  key.map((column, index) => kindOf(column).variable(names[index] ?? ''));

/**
 * Compares the key with as many values, by the server in the columns' own types and collations. Several columns are
 * compared one after the other and not as a row, since only so the index serves.
 */
export function compareKey(
  key: readonly KeyColumn[],
  operator: '>' | '<=',
  values: readonly string[],
): string {
  const [column, ...others] = key;
  if (column === undefined) return 'TRUE';
  const left = quoteIdentifier(column.name);
  const [value] = values;
  if (others.length === 0) return `${left} ${operator} ${value}`;
  const strictly = operator === '>' ? '>' : '<';
  const rest = compareKey(others, operator, values.slice(1));
  return `(${left} ${strictly} ${value} OR (${left} = ${value} AND ${rest}))`;
}

/** Values were written out by the server; what does not look so was changed by someone, and is not sent. */
function checked(text: string, form: RegExp): string {
  if (form.test(text)) return text;
  throw new FatalError('a key in the ledger is not as the server writes it', {
    code: 'bad-key',
    remedy: 'restore the row of lockkeeper_partition from a backup, or begin the run anew',
  });
}
