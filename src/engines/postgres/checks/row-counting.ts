import type { RowCounting } from '../../row-count.ts';
import { quoteTable } from '../quote.ts';
import type { Link } from '../session/link.ts';

export const rowCounting: RowCounting<Link> = {
  async countRows(connection, table) {
    const [row] = await connection.read<{ rows: string }>(
      `SELECT count(*) AS rows FROM ${quoteTable(table)}`,
    );
    return BigInt(row?.rows ?? 0);
  },
  async readCounters(connection, table) {
    const [row] = await connection.read<{ inserted: string; deleted: string }>(
      `SELECT coalesce(sum(pg_stat_get_tuples_inserted(relid)), 0) AS inserted,
              coalesce(sum(pg_stat_get_tuples_deleted(relid)), 0) AS deleted
       FROM (SELECT $1::regclass::oid AS relid UNION SELECT relid::oid FROM pg_partition_tree($1::regclass)) parts`,
      [quoteTable(table)],
    );
    return { inserted: BigInt(row?.inserted ?? 0), deleted: BigInt(row?.deleted ?? 0) };
  },
  // Sessions hand their counts over about once a second, later when they are busy.
  countedWithinMs: 10_000,
  remedy: 'compare the rows by hand',
};
