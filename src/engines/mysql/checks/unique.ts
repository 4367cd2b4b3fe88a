import { quoteIdentifier, quoteTable } from '../quote.ts';
import { type CheckKind, COUNTED_AT_MOST, failed, listed, passed, rowsCounted } from './check.ts';

/** Rows with a NULL among the columns are never duplicates, as in a unique index. */
export const unique: CheckKind<'unique'> = {
  title: ({ table, columns }) => `no duplicates in ${table} (${listed(columns)})`,
  async run({ table, columns }, { connection }) {
    const names = columns.map(quoteIdentifier);
    const [row] = await connection.read<{ groups: string }>(
      `SELECT count(*) AS \`groups\` FROM (
         SELECT 1 FROM ${quoteTable(table)}
         WHERE ${names.map((name) => `${name} IS NOT NULL`).join(' AND ')}
         GROUP BY ${names.join(', ')} HAVING count(*) > 1 LIMIT ${COUNTED_AT_MOST}
       ) duplicates`,
    );
    const groups = Number(row?.groups);
    if (groups === 0) return passed('none found');
    return failed(
      `${rowsCounted(groups, 'value')} found more than once`,
      'merge or delete the duplicates before a unique index is built',
    );
  },
};
