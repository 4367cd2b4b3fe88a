import type { RowCountReading } from '../core/checks.ts';
import {
  type CheckContext,
  type CheckKind,
  type CheckOf,
  type Finding,
  failed,
  passed,
  unreadable,
} from './check.ts';

/** Rows written to a table since the server began to count; null where it does not. */
export type WriteCounters = { readonly inserted: bigint; readonly deleted: bigint } | null;

/** What an engine knows of the rows of its tables. */
export interface RowCounting<C> {
  countRows(connection: C, table: string): Promise<bigint>;
  readCounters(connection: C, table: string): Promise<WriteCounters>;
  /** Milliseconds after which the server has counted what other sessions wrote; 0: at once. */
  readonly countedWithinMs: number;
  /** What helps when the server has not counted since the first reading. */
  readonly remedy: string;
}

const LOOK_EVERY_MS = 500;

export const rowCount = <C extends { readonly signal: AbortSignal }>(
  counting: RowCounting<C>,
): CheckKind<'row_count', C> => ({
  title: ({ table, expect }) =>
    expect.is === 'unchanged'
      ? `row count of ${table} as before, but for writes since`
      : `${expect.is === 'exactly' ? 'exactly' : 'at least'} ${expect.rows} rows in ${table}`,
  async run(check, context) {
    if (check.expect.is === 'unchanged') return runUnchanged(counting, check, context);
    const rows = await counting.countRows(context.connection, check.table);
    const wanted = BigInt(check.expect.rows);
    const met = check.expect.is === 'exactly' ? rows === wanted : rows >= wanted;
    const finding = met ? passed(`${rows} rows`) : failed(`${rows} rows`, remedyForRows);
    return { ...finding, rows: { table: check.table, after: String(rows) } };
  },
});

/**
 * Rows and write counters. The counters are read before the rows: a write that is in the rows but not yet in
 * the counters then counts as made since, which widens what a later comparison allows and never narrows it.
 */
export async function readRowCount<C>(
  counting: RowCounting<C>,
  connection: C,
  table: string,
): Promise<RowCountReading> {
  const { inserted, deleted } = (await counting.readCounters(connection, table)) ?? noWrites;
  return {
    rows: String(await counting.countRows(connection, table)),
    inserted: String(inserted),
    deleted: String(deleted),
  };
}

const noWrites = { inserted: 0n, deleted: 0n };
const remedyForRows = 'find out which rows are missing or too many';

async function runUnchanged<C extends { readonly signal: AbortSignal }>(
  counting: RowCounting<C>,
  { table }: CheckOf<'row_count'>,
  { connection, clock, baseline }: CheckContext<C>,
): Promise<Finding> {
  const before = baseline[table];
  if (before === undefined) {
    return unreadable('no reading was taken before the change', 'start the migration again from its plan');
  }
  const rows = await counting.countRows(connection, table);
  const counts = { rows: { table, before: before.rows, after: String(rows) } };
  const expected = BigInt(before.rows);
  if (rows === expected) return { ...passed(`${rows} rows, as before`), ...counts };
  const deadline = clock.now() + counting.countedWithinMs;
  for (;;) {
    const now = await counting.readCounters(connection, table);
    // The counters are the server's own and may begin anew, after a crash or a rebuild of the table.
    const more = (now?.inserted ?? -1n) - BigInt(before.inserted);
    const fewer = (now?.deleted ?? -1n) - BigInt(before.deleted);
    if (more < 0n || fewer < 0n) {
      const found = `${rows} rows, ${expected} before, and the server has not counted the writes since`;
      return unreadable(found, counting.remedy);
    }
    const found = `${rows} rows, ${expected} before; the server counted ${more} inserts and ${fewer} deletes since`;
    if (rows >= expected - fewer && rows <= expected + more) return { ...passed(found), ...counts };
    // Counters of others come late: what they do not explain now they may in a moment.
    if (clock.now() >= deadline) return { ...failed(found, remedyForRows), ...counts };
    await clock.sleep(LOOK_EVERY_MS, connection.signal);
  }
}
