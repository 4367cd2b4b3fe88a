import type { RunRecord } from '../app/ports/run-store.ts';
import { sameName } from '../core/analysis/statement.ts';

/** Rows of a table as they were counted; as text, because a count may be beyond 2^53. */
export interface RowCounts {
  readonly table: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** What was counted before the first change and after the last. */
export function rowCountsOf({ baseline = {}, checksAfter = [] }: RunRecord): readonly RowCounts[] {
  const after = checksAfter.flatMap(({ rows }) => (rows === undefined ? [] : [rows]));
  const counted = Object.entries(baseline).map(([table, { rows }]) => ({
    table,
    before: rows,
    after: after.find((each) => sameName(each.table, table))?.after ?? null,
  }));
  const only = after
    .filter(({ table }) => !counted.some((each) => sameName(each.table, table)))
    .map((each) => ({ table: each.table, before: each.before ?? null, after: each.after }));
  return [...counted, ...only];
}
