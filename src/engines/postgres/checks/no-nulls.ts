import { COUNTED_AT_MOST, failed, listed, passed, rowsCounted } from '../../check.ts';
import { quoteIdentifier, quoteTable } from '../quote.ts';
import type { CheckKind } from './check.ts';

/** Columns that are NOT NULL already are believed; the others are searched until rows enough are found. */
export const noNulls: CheckKind<'no_nulls'> = {
  title: ({ table, columns }) => `no NULL in ${table} (${listed(columns)})`,
  async run({ table, columns }, { connection }) {
    const found: string[] = [];
    for (const column of columns) {
      const [row] = await connection.read<{ rows: string }>(
        `SELECT count(*) AS rows FROM (
           SELECT FROM ${quoteTable(table)}
           WHERE ${quoteIdentifier(column)} IS NULL AND NOT (
             SELECT attnotnull FROM pg_attribute WHERE attrelid = $1::regclass AND attname = $2
           ) LIMIT ${COUNTED_AT_MOST}
         ) nulls`,
        [quoteTable(table), column],
      );
      const rows = Number(row?.rows);
      if (rows > 0) found.push(`${column}: NULL in ${rowsCounted(rows)}`);
    }
    if (found.length === 0) return passed('none found');
    return failed(found.join('; '), 'fill or delete these rows, or leave the column nullable');
  },
};
