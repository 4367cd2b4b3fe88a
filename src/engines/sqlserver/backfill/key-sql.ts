import { FatalError } from '../../../core/errors.ts';
import type { KeyColumn } from '../../../core/plan/plan.ts';
import { quoteIdentifier } from '../quote.ts';

/**
 * How a key column leaves the server as text and comes back as a value of its own type, so that every comparison is the
 * server's: a uniqueidentifier in the order of its last bytes, a text in its column's collation.
 */
interface KeyKind {
  readonly written: (column: string) => string;
  readonly read: (parameter: string, type: string) => string;
}

const plain: KeyKind = {
  written: (column) => `CONVERT(nvarchar(max), ${column})`,
  read: (parameter, type) => `CONVERT(${type}, ${parameter})`,
};

/** A conversion with a style that says all of the value and means the same for every language of a session. */
const styled = (style: number): KeyKind => ({
  written: (column) => `CONVERT(nvarchar(max), ${column}, ${style})`,
  read: (parameter, type) => `CONVERT(${type}, ${parameter}, ${style})`,
});

/** Styles of CONVERT: 126 is ISO 8601 with all seven digits, 1 is 0x and hexadecimal digits, 23 a date alone. */
const kinds: readonly (readonly [RegExp, KeyKind])[] = [
  [/^(tinyint|smallint|int|bigint|bit|uniqueidentifier)$/i, plain],
  [/^(decimal|numeric)\b/i, plain],
  [/^n?(var)?char\((\d+)\)$/i, plain],
  [/^(var)?binary\((\d+)\)$/i, styled(1)],
  [/^date$/i, styled(23)],
  [/^(time|datetime|smalldatetime|datetime2|datetimeoffset)\b/i, styled(126)],
];

/** Null for a type that cannot be walked along, or whose values no text keeps whole. */
export const keyKind = (type: string): KeyKind | null =>
  kinds.find(([pattern]) => pattern.test(type))?.[1] ?? null;

function kindOf({ name, type }: KeyColumn): KeyKind {
  const kind = keyKind(type);
  if (kind !== null) return kind;
  throw new FatalError(`column ${name} of type ${type} cannot be walked along`, { code: 'no-key' });
}

export const keyList = (key: readonly KeyColumn[]): string =>
  key.map(({ name }) => quoteIdentifier(name)).join(', ');

export const keyOrder = (key: readonly KeyColumn[], direction: 'ASC' | 'DESC'): string =>
  key.map(({ name }) => `${quoteIdentifier(name)} ${direction}`).join(', ');

/** `@lk_after0 bigint = CONVERT(bigint, @after0)`, one for each column. */
export const declareKey = (key: readonly KeyColumn[], variable: string, parameter: string): string =>
  key
    .map((column, index) => {
      const { type } = column;
      return `@${variable}${index} ${type} = ${kindOf(column).read(`@${parameter}${index}`, type)}`;
    })
    .join(', ');

export const declareEmpty = (key: readonly KeyColumn[], variable: string): string =>
  key.map(({ type }, index) => `@${variable}${index} ${type}`).join(', ');

/** `@lk_reached0 = [id], …`. */
export const assignKey = (
  key: readonly KeyColumn[],
  variable: string,
  from: (name: string, index: number) => string,
) => key.map(({ name }, index) => `@${variable}${index} = ${from(quoteIdentifier(name), index)}`).join(', ');

/** A JSON array of the texts of the variables. */
export const keyTexts = (key: readonly KeyColumn[], variable: string): string =>
  jsonOf(key, (_, index) => `@${variable}${index}`);

/** A JSON array of the texts of the columns. */
export const columnTexts = (key: readonly KeyColumn[]): string =>
  jsonOf(key, ({ name }) => quoteIdentifier(name));

function jsonOf(key: readonly KeyColumn[], of: (column: KeyColumn, index: number) => string): string {
  const texts = key.map(
    (column, index) => `STRING_ESCAPE(${kindOf(column).written(of(column, index))}, 'json')`,
  );
  return `CONCAT(N'["', ${texts.join(`, N'","', `)}, N'"]')`;
}

/**
 * Compares the key with as many variables. T-SQL knows no comparison of rows; the first column also stands alone, since
 * only so the index is sought and not scanned.
 */
export function compareKey(key: readonly KeyColumn[], operator: '>' | '<=', variable: string): string {
  const [first] = key;
  if (first === undefined) return '1 = 1';
  const exact = expand(key, operator, variable, 0);
  if (key.length === 1) return exact;
  return `${quoteIdentifier(first.name)} ${operator === '>' ? '>=' : '<='} @${variable}0 AND ${exact}`;
}

function expand(key: readonly KeyColumn[], operator: '>' | '<=', variable: string, index: number): string {
  const name = quoteIdentifier(key[index]?.name ?? '');
  const value = `@${variable}${index}`;
  if (index === key.length - 1) return `${name} ${operator} ${value}`;
  const strictly = operator === '>' ? '>' : '<';
  return `(${name} ${strictly} ${value} OR (${name} = ${value} AND ${expand(key, operator, variable, index + 1)}))`;
}
