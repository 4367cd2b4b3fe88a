import { quoteTable } from '../quote.ts';
import { type CheckKind, COUNTED_AT_MOST, failed, passed, rowsCounted } from './check.ts';

/** `where` describes the rows still to be done. */
export const backfillComplete: CheckKind<'backfill_complete'> = {
  title: ({ table }) => `the backfill of ${table} is complete`,
  async run({ table, where }, { connection }) {
    const [row] = await connection.read<{ rows: string }>(
      `SELECT count(*) AS \`rows\` FROM (
         SELECT 1 FROM ${quoteTable(table)} WHERE (${where}) LIMIT ${COUNTED_AT_MOST}
       ) left_over`,
    );
    const rows = Number(row?.rows);
    if (rows === 0) return passed('no row is left to be done');
    return failed(
      `${rowsCounted(rows)} still to be done`,
      'look for a writer that still leaves the old value, and whether the expression can yield what `where` looks for',
    );
  },
};
