import { quoteIdentifier, quoteTable } from '../quote.ts';
import { type CheckKind, COUNTED_AT_MOST, failed, listed, passed, rowsCounted } from './check.ts';

/** Rows with a NULL among the columns reference nothing, as in a foreign key. */
export const noOrphans: CheckKind<'no_orphans'> = {
  title: ({ table, columns, references }) =>
    `every ${table} (${listed(columns)}) exists in ${references.table} (${listed(references.columns)})`,
  async run({ table, columns, references }, { connection }) {
    const child = columns.map((column) => `c.${quoteIdentifier(column)}`);
    const parent = references.columns.map((column) => `p.${quoteIdentifier(column)}`);
    const [row] = await connection.read<{ rows: string }>(
      `SELECT count(*) AS \`rows\` FROM (
         SELECT 1 FROM ${quoteTable(table)} c
         WHERE ${child.map((name) => `${name} IS NOT NULL`).join(' AND ')} AND NOT EXISTS (
           SELECT 1 FROM ${quoteTable(references.table)} p
           WHERE ${child.map((name, index) => `${parent[index]} = ${name}`).join(' AND ')}
         ) LIMIT ${COUNTED_AT_MOST}
       ) orphans`,
    );
    const rows = Number(row?.rows);
    if (rows === 0) return passed('no orphans found');
    return failed(
      `${rowsCounted(rows)} of ${table} without a counterpart`,
      `delete or repair these rows before the foreign key is added`,
    );
  },
};
