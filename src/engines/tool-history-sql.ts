import type { HistoryChange, HistoryKey, HistoryValue } from '../core/history/tool-history.ts';

/** How an engine writes what differs between them in a change of another tool's history. */
export interface HistoryWords {
  readonly quoteIdentifier: (name: string) => string;
  readonly literal: (text: string) => string;
  readonly boolean: (value: boolean) => string;
  readonly now: string;
  readonly user: string;
  readonly uuid: string;
  /** Behind a SELECT that reads no table and has a WHERE. */
  readonly fromNothing: string;
  /** The table's rows, as they can be read by a statement that writes into it. */
  readonly rowsOf: (table: string) => string;
}

/**
 * A statement for each change, without an end. They look for rows and then write: whoever runs them keeps others from
 * the table between the two.
 * @param table quoted
 */
export const historyStatements = (
  words: HistoryWords,
  table: string,
  changes: readonly HistoryChange[],
): readonly string[] => changes.map((change) => changeStatement(words, table, change));

function changeStatement(words: HistoryWords, table: string, change: HistoryChange): string {
  if (change.does === 'remove') return `DELETE FROM ${table}${whereOf(words, change.where)}`;
  const entries = Object.entries(change.values);
  return `INSERT INTO ${table} (${entries.map(([column]) => words.quoteIdentifier(column)).join(', ')})
SELECT ${entries.map(([, value]) => valueSql(words, table, value)).join(', ')}
${words.fromNothing}WHERE NOT EXISTS (SELECT 1 FROM ${words.rowsOf(table)}${whereOf(words, change.unless)})`;
}

function whereOf({ quoteIdentifier, literal }: HistoryWords, key: HistoryKey): string {
  const parts = Object.entries(key).map(([column, value]) =>
    value === null
      ? `${quoteIdentifier(column)} IS NULL`
      : `${quoteIdentifier(column)} = ${literal(String(value))}`,
  );
  return parts.length === 0 ? '' : ` WHERE ${parts.join(' AND ')}`;
}

/** Numbers are written as texts, which take the type of their column. */
function valueSql(words: HistoryWords, table: string, value: HistoryValue): string {
  if (value === null) return 'NULL';
  if (typeof value === 'boolean') return words.boolean(value);
  if (typeof value !== 'object') return words.literal(String(value));
  if (value.is !== 'next') return words[value.is];
  return `(SELECT COALESCE(MAX(lk_n.${words.quoteIdentifier(value.column)}), 0) + 1 FROM ${table} lk_n)`;
}
