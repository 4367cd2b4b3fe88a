import type { Statement } from '../../core/analysis/statement.ts';
import type { Baseline, Check, CheckResult, RowCountReading } from '../../core/checks.ts';
import type { DraftPart } from '../../core/down/undoing.ts';
import type { HistoryContent, HistoryTable } from '../../core/history/tool-history.ts';
import type { EngineName, PartitionId, RunId } from '../../core/ids.ts';
import type { Verdict } from '../../core/lifecycle.ts';
import type { BackfillSpec } from '../../core/manifest/manifest.ts';
import type { SqlSource } from '../../core/migration.ts';
import type { Backfill, KeyColumn, Step, UndoStep } from '../../core/plan/plan.ts';
import type { Rewrite } from '../../core/rewrites/rewrite.ts';
import type { DataApiPlace } from './data-api.ts';
import type { IndexRebuildAnswer, IndexRebuildInput } from './index-rebuild.ts';
import type { Conclusion, EnterResult, JournalEntry, LedgerView, RunEntry } from './ledger.ts';
import type { ReplacementAnswer, ReplacementInput } from './replacement.ts';
import type { Scratch } from './scratch.ts';

/** What an engine can do; the planner reads these instead of asking for its name. */
export interface EngineCapabilities {
  /** Schema changes commit and roll back with their transaction. */
  readonly transactionalDdl: boolean;
  /** Indexes can be built without blocking writers. */
  readonly concurrentIndex: boolean;
  /** A statement outside transactions holds up nobody while it waits for its lock, and may wait long. */
  readonly patientWaits: boolean;
  /** A backfill may delete rows. */
  readonly deletesInBatches?: true;
  /** Why a person has to agree to each plan: what the engine has not been seen to do yet. Absent where it is proved. */
  readonly unproved?: string;
}

export interface Login {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** `verify` checks the certificate chain and the host name. `off` is for loopback only. */
  readonly tls: { readonly mode: 'verify'; readonly ca?: string } | { readonly mode: 'off' };
}

/** By this every session of ours is found again on the server: application name `lockkeeper/<runId>/<role>`. */
export interface SessionTag {
  readonly runId: RunId | 'none';
  /** What the session does, e.g. `check`, `expand-2`, `b1-p0003`. */
  readonly role: string;
}

export interface Engine {
  readonly name: EngineName;
  readonly capabilities: EngineCapabilities;
  /**
   * Splits a script and says what each statement does. Throws InputError with line and column on a syntax error.
   * @param facts of the tables that the script names, where there is a database to ask: findings are milder or
   * sharper for them
   */
  analyze(source: SqlSource, facts?: DatabaseFacts): Promise<readonly Statement[]>;
  /**
   * The safe sequences for statements of a script that hold others up; absent where an engine offers none.
   * @param serverVersion as facts say it, where there is a server to ask: some sequences are for those that know them
   */
  findRewrites?(source: SqlSource, serverVersion?: string): Promise<readonly Rewrite[]>;
  /** Statements that take back those of a forward script, as a draft; absent where an engine offers none. */
  draftDown?(statements: readonly Statement[]): Promise<readonly DraftPart[]>;
  /**
   * A place to try migrations out, on the server of a login whose database is empty and stays so; absent where an
   * engine offers none. Throws FatalError when the database is not empty.
   * @param name by which the databases made there are told from others'
   */
  openScratch?(login: Login, name: string, signal: AbortSignal): Promise<Scratch>;
  /** Checks SQL expressions of a backfill; returns the problem in words, or null. */
  expressionProblem(expression: string): Promise<string | null>;
  /**
   * What is wrong with the values of a backfill together, in words, where each is right by itself; absent where an
   * UPDATE computes them all from the row as it was.
   */
  assignmentProblem?(set: BackfillSpec['set'], table: string): Promise<string | null>;
  /** The statements that keep rows written meanwhile in step with a backfill, and those that take them away. */
  keepCurrent(backfill: KeepCurrentInput): Promise<KeepCurrentStatements>;
  /**
   * Opens a connection. Throws LoginRefusedError for wrong credentials, RetryableError for an unreachable
   * server, FatalError for what repeating cannot help (no such database, TLS not trusted).
   */
  connect(login: Login, tag: SessionTag, signal: AbortSignal): Promise<Database>;
  /** The same over the Data API, which is not spoken to before it is asked for something; absent where that is not possible. */
  connectOverDataApi?(place: DataApiPlace, tag: SessionTag, signal: AbortSignal): Promise<Database>;
}

export interface KeepCurrentInput {
  readonly ordinal: number;
  readonly version: string;
  readonly table: string;
  readonly set: BackfillSpec['set'];
  readonly where: string | null;
}

export interface KeepCurrentStatements {
  readonly install: readonly Statement[];
  readonly remove: readonly Statement[];
  /** Names in the expressions that can only be columns of the table; absent where the engine does not tell. */
  readonly reads?: readonly string[];
}

export interface TableFacts {
  /** Schema-qualified, as the server knows it. */
  readonly table: string;
  readonly rowsEstimate: number;
  readonly bytes: number;
  readonly columns: readonly { readonly name: string; readonly type: string; readonly nullable: boolean }[];
  /** Primary key first, then unique keys; with the reason where a key cannot be walked along. */
  readonly keys: readonly {
    readonly name: string;
    readonly primary: boolean;
    readonly columns: readonly KeyColumn[];
    readonly refused: string | null;
  }[];
  /**
   * How often columns may still be added or dropped without the rows being touched; absent where there is no such limit,
   * or it cannot be read.
   */
  readonly instantChangesLeft?: number;
}

export interface DatabaseFacts {
  readonly serverVersion: string;
  /** Keyed by the name asked for; null when there is no such table. */
  readonly tables: Readonly<Record<string, TableFacts | null>>;
  /** Of the names asked for: those of views, indexes and other relations that are no tables. */
  readonly others?: readonly string[];
  /** Where a name asked for stands for nothing: the tables there are, as they would be written. */
  readonly tableNames?: readonly string[];
}

/** The schema in canonical lines, one an object, without Lockkeeper's own schema. */
export interface SchemaFingerprint {
  /** SHA-256 of the lines. */
  readonly hash: string;
  readonly lines: readonly string[];
}

/** Who kept a lock from us, without their query text. */
export interface Blocker {
  readonly session: string;
  readonly user: string;
  readonly application: string;
  readonly state: string;
  readonly transactionSeconds: number;
}

export interface StepProgress {
  /** The server's own words, e.g. `building index: scanning table`. */
  readonly phase: string;
  readonly done: number;
  readonly total: number;
}

export type StepAttempt =
  | { readonly kind: 'done'; readonly alreadyDone: boolean }
  /** The server goes on with it, client or no client; ask again later. */
  | { readonly kind: 'running'; readonly progress: StepProgress | null }
  /** The lock was not granted within the timeout; nothing changed. */
  | { readonly kind: 'locked'; readonly blockers: readonly Blocker[] };

export interface AttemptOptions {
  readonly runId: RunId;
  readonly fence: number;
  readonly lockTimeoutMs: number;
  readonly concurrentLockTimeoutMs: number;
  /** How long to wait for the statement before answering `running`. */
  readonly waitMs: number;
}

export interface PartitionState {
  readonly id: PartitionId;
  readonly done: boolean;
  readonly rowsVisited: number;
  readonly rowsChanged: number;
  readonly batches: number;
}

export interface BatchOutcome {
  /** The partition has no rows left. */
  readonly done: boolean;
  /** In this batch. */
  readonly rowsVisited: number;
  readonly rowsChanged: number;
  /** Of the partition, this batch included. */
  readonly total: PartitionState;
}

/** Works through one partition; holds the partition's lock on the server until closed. */
export interface PartitionWorker {
  readonly state: PartitionState;
  /**
   * Changes the next `rows` rows and commits them with the new cursor and the fence check in one transaction.
   * Throws RetryableError on lock timeout, deadlock or statement timeout (nothing changed); settles a lost
   * reply itself by reading the checkpoint over a new connection where it can, else throws AmbiguousError.
   */
  runBatch(rows: number, timeoutMs: number): Promise<BatchOutcome>;
}

/** Signals that the server has no room to spare; `null` means it could not be read. */
export interface Pressure {
  readonly replicationLagSeconds: number | null;
  /** Sessions of others waiting for a lock that one of our sessions holds. */
  readonly waitingForUs: number | null;
  /** Age in seconds of the oldest transaction of others in this database. */
  readonly oldestTransactionSeconds: number | null;
}

/** A connected target database. Every method that writes checks the fence in its own transaction. */
export interface Database {
  /** A statement ends, undone, when its client leaves: whoever begins one had better wait for it. */
  readonly statementsEndWithClient?: true;
  /**
   * The transport, by the name people know it by, where it keeps no session between two statements: no setting, no
   * temporary table and no lock outlasts its transaction. Absent where sessions last.
   */
  readonly keepsNoSession?: string;
  facts(tables: readonly string[]): Promise<DatabaseFacts>;
  fingerprint(): Promise<SchemaFingerprint>;
  /** Never throws for a failing check; an unreadable one says so. */
  check(check: Check, baseline: Baseline): Promise<CheckResult>;
  readRowCount(table: string): Promise<RowCountReading>;

  readLedger(): Promise<LedgerView>;
  /** What another tool's history holds; null where there is none. */
  readToolHistory(table: HistoryTable): Promise<HistoryContent | null>;
  /**
   * Installs the ledger where it is missing, takes the next fence and records the run. Idempotent for one run;
   * sessions of the same run that still hold the target are ended first.
   */
  enterRun(entry: RunEntry): Promise<EnterResult>;
  /**
   * Records the verdict and, for SUCCEEDED, the version as applied (`up`) or removed (`down`). Idempotent.
   */
  concludeRun(runId: RunId, fence: number, verdict: Verdict, more?: Conclusion): Promise<void>;
  journal(runId: RunId): Promise<readonly JournalEntry[]>;

  /**
   * How the database replaces a table, or everything that stands in its way. The new table is tried out in a
   * transaction that is undone: nothing is left behind. Absent where the engine replaces none.
   */
  draftReplacement?(input: ReplacementInput): Promise<ReplacementAnswer>;

  /** Which indexes of a table can go for a load, and how they come again. Absent where the engine rebuilds none. */
  draftIndexRebuild?(input: IndexRebuildInput): Promise<IndexRebuildAnswer>;

  attemptStep(step: Step | UndoStep, options: AttemptOptions): Promise<StepAttempt>;

  /** Cuts the table into key ranges of about equal row counts and records them; idempotent. */
  planPartitions(runId: RunId, fence: number, backfill: Backfill): Promise<readonly PartitionState[]>;
  partitions(runId: RunId): Promise<readonly PartitionState[]>;
  openPartition(runId: RunId, fence: number, backfill: Backfill, id: PartitionId): Promise<PartitionWorker>;
  pressure(): Promise<Pressure>;

  /**
   * Keeps other runners out for as long as this session lives: the lock dies with the process that drives
   * the runs. Answers null when it is held, else who holds it.
   */
  holdForRunner(): Promise<string | null>;
  /** How many sessions of the run, besides those of this connection, the server is doing something in. */
  sessionsAtWork(runId: RunId): Promise<number>;
  /** Ends every session of the run on the server but this one; resolves when they are gone. */
  cancelSessions(runId: RunId, signal: AbortSignal): Promise<number>;
  /** Sets the password of the user a login names, for a database restored from before a rotation. */
  setPassword(user: string, password: string): Promise<void>;
  close(): Promise<void>;
}
