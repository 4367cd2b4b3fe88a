import { failed, listed, passed, rowsCounted } from '../../check.ts';
import type { CheckKind } from './check.ts';
import { orphans } from './queries.ts';

/** Rows with a NULL among the columns reference nothing, as in a foreign key. */
export const noOrphans: CheckKind<'no_orphans'> = {
  title: ({ table, columns, references }) =>
    `every ${table} (${listed(columns)}) exists in ${references.table} (${listed(references.columns)})`,
  async run({ table, columns, references }, { connection }) {
    const [row] = await connection.read<{ found: string }>(orphans(table, columns, references));
    const rows = Number(row?.found);
    if (rows === 0) return passed('no orphans found');
    return failed(
      `${rowsCounted(rows)} of ${table} without a counterpart`,
      `delete or repair these rows before the foreign key is added`,
    );
  },
};
