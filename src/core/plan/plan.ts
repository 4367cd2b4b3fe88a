import type { Effect, Finding, SourcePosition } from '../analysis/statement.ts';
import type { Check } from '../checks.ts';
import type { PlannedHistory } from '../history/tool-history.ts';
import type { EngineName, PlanId, StepId } from '../ids.ts';
import type { ContractGate, RollbackPolicy } from '../manifest/manifest.ts';

/**
 * The immutable, ordered answer to "what will happen". It holds SQL and names, never secrets or row values.
 * `planId` is the SHA-256 of the canonical JSON of everything else.
 */
export interface Plan {
  readonly format: 1;
  readonly planId: PlanId;
  readonly target: { readonly name: string; readonly engine: EngineName; readonly serverVersion: string };
  readonly migration: {
    readonly version: string;
    readonly description: string;
    readonly checksum: string;
    readonly repeatable: boolean;
    readonly direction: Direction;
    readonly summary?: string;
  };
  /** In order of execution; expand steps before the backfills, switch steps after them and before the last checks, contract steps after the gate. */
  readonly steps: readonly Step[];
  readonly backfills: readonly Backfill[];
  readonly checks: { readonly before: readonly Check[]; readonly after: readonly Check[] };
  readonly gate: ContractGate;
  readonly restorePoint: RestorePointDecision;
  readonly rollback: {
    readonly policy: RollbackPolicy;
    /** Newest change first; each names the steps it undoes. */
    readonly undo: readonly UndoStep[];
    /** The author's steps of which something is left that no statement of the down script reverses. */
    readonly notUndone: readonly { readonly step: StepId; readonly reason: string }[];
  };
  /** Hash of the schema the plan was made for; the run begins only on that schema. */
  readonly schemaFingerprint: string;
  readonly findings: readonly Finding[];
  /** Reasons for which a person must agree before anything happens; empty when none is needed. */
  readonly approvalReasons: readonly string[];
  readonly settings: PlanSettings;
  /** Indexes that go for the load and are built again. */
  readonly indexRebuild?: IndexRebuild;
  /** Written into the history of the team's own tool once the run has succeeded, where that was asked for. */
  readonly history?: PlannedHistory;
}

/** By the names of indexes. */
export interface IndexRebuild {
  readonly table: string;
  readonly indexes: readonly string[];
  /** The others of the table that cannot go, each with the reason. */
  readonly kept: readonly { readonly name: string; readonly because: string }[];
}

export type Direction = 'up' | 'down';
export type StepPhase = 'expand' | 'switch' | 'contract' | 'undo';

/**
 * One journaled unit. `transaction`: all statements and the journal row commit together. `alone`: the last statement
 * runs outside any transaction, in a session in which those before it, session settings all, have been carried out.
 */
export interface Step {
  readonly id: StepId;
  readonly phase: StepPhase;
  readonly title: string;
  readonly mode: 'transaction' | 'alone';
  readonly statements: readonly string[];
  /** Of a step `alone`: what is sent for its last statement, the best first, until the server does not refuse how. */
  readonly attempts?: readonly string[];
  /** May outlive the client that starts it: run detached and polled. */
  readonly long: boolean;
  readonly destroys: boolean;
  readonly effects: readonly Effect[];
  readonly lock: { readonly mode: string; readonly tables: readonly string[] } | null;
  /** Milliseconds it waits for a lock at most, where that is less than the plan allows: what it locks is in use. */
  readonly lockTimeoutMs?: number;
  /** Null for Lockkeeper's own statements. */
  readonly source: SourcePosition | null;
}

export interface UndoStep extends Step {
  readonly phase: 'undo';
  /** Runs only if at least one of these was journaled; skipped otherwise. */
  readonly undoes: readonly StepId[];
}

/** A table worked through in batches along a key, partition by partition. */
export interface Walk {
  /** 0-based. */
  readonly ordinal: number;
  /** Schema-qualified. */
  readonly table: string;
  readonly key: readonly KeyColumn[];
  readonly batch: { readonly targetMs: number; readonly maxRows: number; readonly initialRows: number };
  readonly parallelism: number;
  readonly partitions: number;
  readonly pace: number;
  readonly rowsEstimate: number;
}

export type Backfill = ColumnBackfill | RowBackfill | RowDeletion;

/** Columns of the table's own rows are computed. */
export interface ColumnBackfill extends Walk {
  readonly carries?: undefined;
  readonly deletes?: undefined;
  readonly set: Readonly<Record<string, string>>;
  readonly where: string | null;
  readonly keepCurrent: boolean;
}

/** The table's rows are carried into another one, which triggers keep in step meanwhile. */
export interface RowBackfill extends Walk {
  readonly carries: Carriage;
  readonly deletes?: undefined;
}

/** The table's rows go, those for which a condition is true. */
export interface RowDeletion extends Walk {
  readonly carries?: undefined;
  readonly deletes: { readonly where: string; readonly reason: string };
}

/** How rows of one table become rows of another. */
export interface Carriage {
  /** `copy`: rows that the other table lacks. `compare`: proves row by row that both agree, and mends where not. */
  readonly does: 'copy' | 'compare';
  /** The other table, schema-qualified. */
  readonly into: string;
  /** Its columns, each with the SQL expression over a row of the table that gives its value. */
  readonly columns: readonly { readonly name: string; readonly type: string; readonly from: string }[];
  /** Its columns that hold the key, in the key's order. */
  readonly intoKey: readonly string[];
  /** Where the triggers note writes that the other table refused, which the application was allowed. */
  readonly refusedWrites: string;
}

export interface KeyColumn {
  readonly name: string;
  /** The server's own type name, to which key texts are cast back. */
  readonly type: string;
}

export interface RestorePointDecision {
  readonly take: boolean;
  /** Before the contract another one is taken if a gate was waited for or this many seconds have passed. */
  readonly renewAfterSeconds: number;
  /** Shown to the person: why it is taken, or why there is none and what that means. */
  readonly reason: string;
}

export interface PlanSettings {
  readonly lockTimeoutMs: number;
  readonly lockRetryForMs: number;
  /** Waits of a statement outside transactions (concurrent index builds), which hold up no reader or writer. */
  readonly concurrentLockTimeoutMs: number;
  /** Sessions with an open transaction older than this stop the run before it starts. */
  readonly longTransactionSeconds: number;
  readonly replicationLagSeconds: number;
}
