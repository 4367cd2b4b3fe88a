import { failed, passed, rowsCounted } from '../../check.ts';
import type { CheckKind } from './check.ts';
import { rowsLeft } from './queries.ts';

/** `where` describes the rows still to be done. */
export const backfillComplete: CheckKind<'backfill_complete'> = {
  title: ({ table }) => `the backfill of ${table} is complete`,
  async run({ table, where }, { connection }) {
    const [row] = await connection.read<{ found: string }>(rowsLeft(table, where));
    const rows = Number(row?.found);
    if (rows === 0) return passed('no row is left to be done');
    return failed(
      `${rowsCounted(rows)} still to be done`,
      'look for a writer that still leaves the old value, and whether the expression can yield what `where` looks for',
    );
  },
};
