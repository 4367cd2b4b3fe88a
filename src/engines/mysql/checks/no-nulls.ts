import { COUNTED_AT_MOST, failed, listed, passed, rowsCounted } from '../../check.ts';
import { quoteIdentifier, quoteTable } from '../quote.ts';
import type { CheckKind } from './check.ts';

/** In columns that are NOT NULL the server finds none without looking. */
export const noNulls: CheckKind<'no_nulls'> = {
  title: ({ table, columns }) => `no NULL in ${table} (${listed(columns)})`,
  async run({ table, columns }, { connection }) {
    const found: string[] = [];
    for (const column of columns) {
      // A DATE that is NOT NULL and holds 0000-00-00 is said to be NULL: the null-safe comparison is not.
      const [row] = await connection.read<{ rows: string }>(
        `SELECT COUNT(*) AS \`rows\` FROM (
           SELECT 1 FROM ${quoteTable(table)} WHERE ${quoteIdentifier(column)} <=> NULL LIMIT ${COUNTED_AT_MOST}
         ) nulls`,
      );
      const rows = Number(row?.rows);
      if (rows > 0) found.push(`${column}: NULL in ${rowsCounted(rows)}`);
    }
    if (found.length === 0) return passed('none found');
    return failed(found.join('; '), 'fill or delete these rows, or leave the column nullable');
  },
};
