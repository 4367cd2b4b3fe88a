/** Which database of an Aurora cluster, and with whose rights. */
export interface DataApiPlace {
  readonly clusterArn: string;
  readonly secretArn: string;
  readonly database: string;
}

export interface DataApiStatement {
  /** One statement; values stand in it as `:name`. */
  readonly sql: string;
  /** Texts arrive as texts, whole numbers as bigint, others as float8. There are no arrays. */
  readonly values?: Readonly<Record<string, string | number | boolean | null>>;
  /** Within this transaction; in one of its own when absent. */
  readonly transaction?: string;
  /** The server goes on with it when the call has timed out. */
  readonly continueAfterTimeout?: true;
}

export type DataApiAnswer =
  /** Values as text: `t` and `f` for booleans. */
  | { readonly kind: 'rows'; readonly rows: readonly Readonly<Record<string, string | null>>[] }
  /** The database refused it, in its own words; nothing of the statement is in effect. */
  | { readonly kind: 'refused'; readonly sqlState: string; readonly message: string }
  /** Not done after 45 s: undone, or still under way where it was to be continued. */
  | { readonly kind: 'timed-out' }
  /** A row or the whole answer is larger than the Data API carries (64 KB, 1 MiB). */
  | { readonly kind: 'too-large' }
  /** The transaction was ended, by one of its statements or for being idle. */
  | { readonly kind: 'no-transaction' };

/**
 * SQL over HTTPS. Nothing lasts between two calls but a transaction, for up to three idle minutes. No call is repeated
 * unless the database was only resuming, so that it had not begun. Throws AmbiguousError when the reply was lost or
 * says nothing of the outcome, RetryableError when nothing was begun, FatalError where repeating cannot help (switched
 * off, access denied).
 */
export interface DataApi {
  begin(place: DataApiPlace, signal: AbortSignal): Promise<string>;
  execute(place: DataApiPlace, statement: DataApiStatement, signal: AbortSignal): Promise<DataApiAnswer>;
  commit(place: DataApiPlace, transaction: string): Promise<DataApiAnswer>;
  rollBack(place: DataApiPlace, transaction: string): Promise<DataApiAnswer>;
}
