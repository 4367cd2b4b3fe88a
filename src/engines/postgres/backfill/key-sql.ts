import type { KeyColumn } from '../../../core/plan/plan.ts';
import { quoteIdentifier } from '../quote.ts';

/** `"a", "b"`. */
export const keyList = (key: readonly KeyColumn[]): string =>
  key.map(({ name }) => quoteIdentifier(name)).join(', ');

export const keyOrder = (key: readonly KeyColumn[], direction: 'ASC' | 'DESC'): string =>
  key.map(({ name }) => `${quoteIdentifier(name)} ${direction}`).join(', ');

/** `ARRAY["a"::text, "b"::text]`: the key as it travels. */
export const keyTexts = (key: readonly KeyColumn[]): string =>
  `ARRAY[${key.map(({ name }) => `${quoteIdentifier(name)}::text`).join(', ')}]`;

/** The elements of an array of texts, cast to the columns' own types. */
export const keyValues = (key: readonly KeyColumn[], texts: string): readonly string[] =>
  key.map(({ type }, index) => `(${texts})[${index + 1}]::${type}`);

/**
 * Compares the key with as many values, by the server in the columns' own types and collations. One column
 * is compared plainly, because the planner knows ranges of those; several as a row, which an index serves too.
 */
export function compareKey(
  key: readonly KeyColumn[],
  operator: '>' | '<=',
  values: readonly string[],
): string {
  const columns = keyList(key);
  if (key.length === 1) return `${columns} ${operator} ${values[0]}`;
  return `(${columns}) ${operator} (${values.join(', ')})`;
}
