import type { Check } from '../checks.ts';

/** A text together with the line of the file it came from. */
export interface Located<Value> {
  readonly value: Value;
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
}

export type ContractGate =
  | { readonly opens: 'immediately' }
  | { readonly opens: 'approval' }
  | { readonly opens: 'deployment' }
  | { readonly opens: 'delay'; readonly seconds: number };

export type RollbackPolicy = 'down-then-restore' | 'down' | 'restore' | 'none';
export type SnapshotPolicy = 'always' | 'auto' | 'never' | 'clone';

/** How a table is to be walked through. */
export interface WalkSpec {
  readonly table: Located<string>;
  /** Key columns to walk along; default: primary key, else a unique NOT NULL key. */
  readonly key?: readonly string[];
  readonly batch: { readonly targetMs: number; readonly maxRows: number; readonly initialRows: number };
  readonly parallelism: number;
  /** Share of the time a worker may keep the server busy, 0 < pace ≤ 1; the rest it pauses. */
  readonly pace: number;
}

export interface BackfillSpec extends WalkSpec {
  /** Column → SQL expression over the row's own columns. */
  readonly set: Readonly<Record<string, string>>;
  /** Rows still to be done; rows for which it is not true are left alone. */
  readonly where?: string;
  /** Keep rows written meanwhile in step by a trigger until the contract; default: when `where` is given. */
  readonly keepCurrent: boolean;
}

/** Rows that go for good. */
export interface DeletionSpec extends WalkSpec {
  readonly where: string;
  /** Why they may go, for people. */
  readonly reason: string;
}

/** A table that is built anew beside the one in use and takes its place. */
export interface ReplaceSpec extends WalkSpec {
  /** `copy`: the statements change an empty copy of the table; `nothing`: they make the table. */
  readonly from: 'copy' | 'nothing';
  readonly statements: readonly Located<string>[];
  /** Column of the new table → SQL expression over a row of the old one. */
  readonly up: Readonly<Record<string, string>>;
  /** Column of the old table → SQL expression over a row of the new one. */
  readonly down: Readonly<Record<string, string>>;
}

/** Indexes of a table that go before its rows are loaded and are built again afterwards. */
export interface IndexRebuildSpec {
  readonly table: Located<string>;
  /** Absent: all that can go. */
  readonly indexes?: readonly string[];
}

/** What a migration's YAML file says beyond its SQL, with every default filled in. */
export interface Manifest {
  readonly path: string;
  readonly summary?: string;
  /** Absent: the forward file is the expand phase. */
  readonly expand?: readonly Located<string>[];
  readonly backfills: readonly BackfillSpec[];
  /** Alone in its migration: nothing else then fails once rows are gone. */
  readonly deletions?: readonly DeletionSpec[];
  readonly replace?: ReplaceSpec;
  readonly rebuildIndexes?: IndexRebuildSpec;
  readonly checks: {
    readonly before: readonly Located<Check>[];
    readonly after: readonly Located<Check>[];
  };
  readonly contract?: { readonly gate: ContractGate; readonly statements: readonly Located<string>[] };
  readonly rollback: { readonly down?: Located<string>; readonly policy: RollbackPolicy };
  readonly snapshot: Located<SnapshotPolicy>;
  /** Milliseconds a statement may wait for a lock before it backs off; default 500. */
  readonly lockTimeoutMs: number;
  /** How long lock attempts go on in all; default 40 minutes. */
  readonly lockRetryForMs: number;
  /** What is done is written into the history of the team’s own tool as well. */
  readonly keepHistory: boolean;
}
