import type { RowCountReading } from '../../../core/checks.ts';
import { quoteTable } from '../quote.ts';
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

/** The server gathers write counters of other sessions about once a second, later when they are busy. */
const COUNTERS_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 500;

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
    const finding = met
      ? passed(`${rows} rows`)
      : failed(`${rows} rows`, 'find out which rows are missing or too many');
    return { ...finding, rows: { table: check.table, after: String(rows) } };
  },
};

/**
 * Rows and write counters. The counters are read before the rows: a write that is in the rows but not yet in
 * the counters then counts as made since, which widens what a later comparison allows and never narrows it.
 */
export async function readRowCount(session: Session, table: string): Promise<RowCountReading> {
  const { inserted, deleted } = await readCounters(session, table);
  return {
    rows: String(await countRows(session, table)),
    inserted: String(inserted),
    deleted: String(deleted),
  };
}

async function runUnchanged(check: CheckOf<'row_count'>, context: CheckContext): Promise<Finding> {
  const { connection, clock } = context;
  const before = context.baseline[check.table];
  if (before === undefined) {
    return unreadable('no reading was taken before the change', 'start the migration again from its plan');
  }
  const rows = await countRows(connection, check.table);
  const deadline = clock.now() + COUNTERS_WITHIN_MS;
  for (;;) {
    const { inserted, deleted } = await readCounters(connection, check.table);
    const more = inserted - BigInt(before.inserted);
    const fewer = deleted - BigInt(before.deleted);
    if (more < 0n || fewer < 0n) {
      return unreadable('the write counters of the server were reset meanwhile', 'compare the rows by hand');
    }
    const expected = BigInt(before.rows);
    const found = `${rows} rows, ${expected} before; the server counted ${more} inserts and ${fewer} deletes since`;
    const counts = { rows: { table: check.table, before: before.rows, after: String(rows) } };
    if (rows >= expected - fewer && rows <= expected + more) return { ...passed(found), ...counts };
    // Counters of others come late: what they do not explain now they may in a moment.
    if (clock.now() >= deadline)
      return { ...failed(found, 'find out which rows are missing or too many'), ...counts };
    await clock.sleep(LOOK_EVERY_MS, connection.signal);
  }
}

async function countRows(session: Session, table: string): Promise<bigint> {
  const [row] = await session.read<{ rows: string }>(`SELECT count(*) AS rows FROM ${quoteTable(table)}`);
  return BigInt(row?.rows ?? 0);
}

async function readCounters(session: Session, table: string): Promise<{ inserted: bigint; deleted: bigint }> {
  const [row] = await session.read<{ inserted: string; deleted: string }>(
    `SELECT coalesce(sum(pg_stat_get_tuples_inserted(relid)), 0) AS inserted,
            coalesce(sum(pg_stat_get_tuples_deleted(relid)), 0) AS deleted
     FROM (SELECT $1::regclass::oid AS relid UNION SELECT relid::oid FROM pg_partition_tree($1::regclass)) parts`,
    [quoteTable(table)],
  );
  return { inserted: BigInt(row?.inserted ?? 0), deleted: BigInt(row?.deleted ?? 0) };
}
