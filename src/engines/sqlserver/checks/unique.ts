import { failed, listed, passed, rowsCounted } from '../../check.ts';
import type { CheckKind } from './check.ts';
import { duplicateValues } from './queries.ts';

/** Rows with a NULL among the columns are left out, though a unique index of SQL Server takes two NULLs for the same. */
export const unique: CheckKind<'unique'> = {
  title: ({ table, columns }) => `no duplicates in ${table} (${listed(columns)})`,
  async run({ table, columns }, { connection }) {
    const [row] = await connection.read<{ found: string }>(duplicateValues(table, columns));
    const groups = Number(row?.found);
    if (groups === 0) return passed('none found');
    return failed(
      `${rowsCounted(groups, 'value')} found more than once`,
      'merge or delete the duplicates before a unique index is built',
    );
  },
};
