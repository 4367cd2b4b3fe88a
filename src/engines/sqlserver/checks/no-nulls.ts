import { failed, listed, passed, rowsCounted } from '../../check.ts';
import type { CheckKind } from './check.ts';
import { nullRows } from './queries.ts';

/** The server itself passes over columns that are NOT NULL; the others are searched until rows enough are found. */
export const noNulls: CheckKind<'no_nulls'> = {
  title: ({ table, columns }) => `no NULL in ${table} (${listed(columns)})`,
  async run({ table, columns }, { connection }) {
    const found: string[] = [];
    for (const column of columns) {
      const [row] = await connection.read<{ found: string }>(nullRows(table, [column]));
      const rows = Number(row?.found);
      if (rows > 0) found.push(`${column}: NULL in ${rowsCounted(rows)}`);
    }
    if (found.length === 0) return passed('none found');
    return failed(found.join('; '), 'fill or delete these rows, or leave the column nullable');
  },
};
