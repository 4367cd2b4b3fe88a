import type { RowCounting } from '../../row-count.ts';
import { placeOf, quoteTable } from '../quote.ts';
import type { Connection } from '../session/connection.ts';

export const rowCounting: RowCounting<Connection> = {
  async countRows(connection, table) {
    const [row] = await connection.read<{ found: string }>(
      `SELECT COUNT(*) AS found FROM ${quoteTable(table)}`,
    );
    return BigInt(row?.found ?? 0);
  },
  async readCounters(connection, table) {
    if (!connection.server.performanceSchema) return null;
    const { schema, name } = placeOf(table, connection.database);
    const [row] = await connection.read<{ inserted: string | null; deleted: string | null }>(
      `SELECT SUM(count_insert) AS inserted, SUM(count_delete) AS deleted
       FROM performance_schema.table_io_waits_summary_by_table WHERE object_schema = ? AND object_name = ?`,
      [schema, name],
    );
    if (row === undefined || row.inserted === null) return null;
    return { inserted: BigInt(row.inserted), deleted: BigInt(row.deleted ?? 0) };
  },
  countedWithinMs: 0,
  remedy: 'compare the rows by hand; performance_schema = ON makes the server count',
};
