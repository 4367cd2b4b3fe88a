import type { KeyColumn } from '../../../core/plan/plan.ts';
import { quoteIdentifier, quoteTable, splitName } from '../quote.ts';

/** Columns that are written and what each is filled with. */
export interface Filling {
  readonly name: string;
  readonly from: string;
}

/** The name by which expressions may call the row they are computed from. */
export const rowName = (table: string): string => quoteIdentifier(splitName(table).at(-1) ?? table);

export const listed = (names: readonly string[]): string => names.map(quoteIdentifier).join(', ');

/** `INSERT INTO … SELECT …` up to where its rows come from; a column may be an identity of any kind. */
export const insertHead = (into: string, columns: readonly Filling[]): string =>
  `INSERT INTO ${quoteTable(into)} (${listed(columns.map(({ name }) => name))}) OVERRIDING SYSTEM VALUE
    SELECT ${columns.map(({ from }) => `(${from})`).join(', ')}`;

/** `t."a" = u."x" AND …`. */
export const sameKey = (
  left: string,
  leftKey: readonly string[],
  right: string,
  rightKey: readonly string[],
): string =>
  leftKey
    .map(
      (name, index) =>
        `${left}.${quoteIdentifier(name)} = ${right}.${quoteIdentifier(rightKey[index] ?? name)}`,
    )
    .join(' AND ');

export const keyNames = (key: readonly KeyColumn[]): readonly string[] => key.map(({ name }) => name);
