import type { RowCountReading } from '../../../core/checks.ts';
import { quoteTable } from '../quote.ts';
import type { Connection } from '../session/connection.ts';
import type { Session } from '../session/session.ts';
import {
  type CheckContext,
  type CheckKind,
  type CheckOf,
  type Finding,
  failed,
  passed,
  unreadable,
} from './check.ts';
import { rowCount as rowCountQuery, writeCounters } from './queries.ts';

export const rowCount: CheckKind<'row_count'> = {
  title: ({ table, expect }) =>
    expect.is === 'unchanged'
      ? `row count of ${table} as before, but for writes since`
      : `${expect.is === 'exactly' ? 'exactly' : 'at least'} ${expect.rows} rows in ${table}`,
  async run(check, context) {
    if (check.expect.is === 'unchanged') return runUnchanged(check, context);
    const rows = await countRows(context.connection, check.table);
    const wanted = BigInt(check.expect.rows);
    const met = check.expect.is === 'exactly' ? rows === wanted : rows >= wanted;
    return met
      ? passed(`${rows} rows`)
      : failed(`${rows} rows`, 'find out which rows are missing or too many');
  },
};

/**
 * Rows and write counters. The counters are read before the rows: a write that is in the rows but not yet in
 * the counters then counts as made since, which widens what a later comparison allows and never narrows it.
 */
export async function readRowCount(connection: Connection, table: string): Promise<RowCountReading> {
  const counters = (await readCounters(connection, table)) ?? { inserted: 0n, deleted: 0n };
  return {
    rows: String(await countRows(connection, table)),
    inserted: String(counters.inserted),
    deleted: String(counters.deleted),
  };
}

async function runUnchanged(check: CheckOf<'row_count'>, context: CheckContext): Promise<Finding> {
  const { connection } = context;
  const before = context.baseline[check.table];
  if (before === undefined) {
    return unreadable('no reading was taken before the change', 'start the migration again from its plan');
  }
  const rows = await countRows(connection, check.table);
  const expected = BigInt(before.rows);
  if (rows === expected) return passed(`${rows} rows, as before`);
  // The counters are the server's own and begin anew when it restarts or the table is rebuilt.
  const now = await readCounters(connection, check.table);
  const more = (now?.inserted ?? -1n) - BigInt(before.inserted);
  const fewer = (now?.deleted ?? -1n) - BigInt(before.deleted);
  if (more < 0n || fewer < 0n) {
    return unreadable(
      `${rows} rows, ${expected} before, and the server has not counted the writes since`,
      'compare the rows by hand; the counters begin anew when the server drops the table from its cache',
    );
  }
  const found = `${rows} rows, ${expected} before; the server counted ${more} inserts and ${fewer} deletes since`;
  return rows >= expected - fewer && rows <= expected + more
    ? passed(found)
    : failed(found, 'find out which rows are missing or too many');
}

async function countRows(session: Session, table: string): Promise<bigint> {
  const [row] = await session.read<{ found: string }>(rowCountQuery(table));
  return BigInt(row?.found ?? 0);
}

/** Null where the server does not count. Deleted rows are counted as ghosts first, and again when they are cleared away. */
async function readCounters(
  connection: Connection,
  table: string,
): Promise<{ readonly inserted: bigint; readonly deleted: bigint } | null> {
  if (!connection.server.countsWrites) return null;
  const [row] = await connection.read<{ inserted: string | null; deleted: string | null }>(writeCounters, {
    table: quoteTable(table),
  });
  if (row === undefined || row.inserted === null) return null;
  return { inserted: BigInt(row.inserted), deleted: BigInt(row.deleted ?? 0) };
}
