/** A question put to the database before or after a migration. Tables may be schema-qualified. */
export type Check =
  | { readonly check: 'no_nulls'; readonly table: string; readonly columns: readonly string[] }
  | { readonly check: 'unique'; readonly table: string; readonly columns: readonly string[] }
  | {
      readonly check: 'no_orphans';
      readonly table: string;
      readonly columns: readonly string[];
      readonly references: { readonly table: string; readonly columns: readonly string[] };
    }
  /** `unchanged`: compared with the count before, allowing for the writes the server saw since. */
  | { readonly check: 'row_count'; readonly table: string; readonly expect: RowExpectation }
  | { readonly check: 'constraint_valid'; readonly table: string; readonly constraint: string }
  /** Passes when the query's first column of its only row equals `expect`, or, with `no_rows`, when it finds none. */
  | {
      readonly check: 'sql';
      readonly name: string;
      readonly query: string;
      readonly expect: { readonly is: 'no_rows' } | { readonly is: 'value'; readonly value: string };
    }
  | { readonly check: 'no_long_transactions'; readonly olderThanSeconds: number }
  | { readonly check: 'no_invalid_indexes'; readonly tables: readonly string[] }
  | {
      readonly check: 'privileges';
      readonly tables: readonly string[];
      /** What the steps make besides tables and indexes, as far as it takes rights of its own. */
      readonly makes?: readonly ('trigger' | 'function')[];
    }
  | { readonly check: 'replication_lag'; readonly underSeconds: number }
  | { readonly check: 'backfill_complete'; readonly table: string; readonly where: string };

export type RowExpectation =
  | { readonly is: 'unchanged' }
  | { readonly is: 'exactly'; readonly rows: number }
  | { readonly is: 'at_least'; readonly rows: number };

/** Rows and writes of a table at one instant; differences of two such readings bound the count between them. */
export interface RowCountReading {
  readonly rows: string;
  /** Inserts and deletes the server has counted so far. */
  readonly inserted: string;
  readonly deleted: string;
}

/** Readings taken before the first change, by table. */
export type Baseline = Readonly<Record<string, RowCountReading>>;

/** `unreadable` means the check itself failed; it counts as failed, never as passed. */
export interface CheckResult {
  readonly check: Check['check'];
  /** One line naming what was checked. */
  readonly title: string;
  readonly outcome: 'passed' | 'failed' | 'unreadable';
  /** What was found, in words; never a row's value. */
  readonly found: string;
  readonly remedy?: string;
  /** Of a row count: the rows there are, and, where it compares, those there were before. */
  readonly rows?: { readonly table: string; readonly before?: string; readonly after: string };
}
