import type { RowCounting } from '../../row-count.ts';
import { quoteTable } from '../quote.ts';
import type { Connection } from '../session/connection.ts';
import { rowCount, writeCounters } from './queries.ts';

export const rowCounting: RowCounting<Connection> = {
  async countRows(connection, table) {
    const [row] = await connection.read<{ found: string }>(rowCount(table));
    return BigInt(row?.found ?? 0);
  },
  /** Deleted rows are counted as ghosts first, and again when they are cleared away. */
  async readCounters(connection, table) {
    if (!connection.server.countsWrites) return null;
    const [row] = await connection.read<{ inserted: string | null; deleted: string | null }>(writeCounters, {
      table: quoteTable(table),
    });
    if (row === undefined || row.inserted === null) return null;
    return { inserted: BigInt(row.inserted), deleted: BigInt(row.deleted ?? 0) };
  },
  countedWithinMs: 0,
  remedy: 'compare the rows by hand; the counters begin anew when the server drops the table from its cache',
};
