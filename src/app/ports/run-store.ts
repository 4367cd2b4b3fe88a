import type { PartitionHistory } from '../../core/backfill/history.ts';
import type { Baseline, CheckResult } from '../../core/checks.ts';
import type { Failure } from '../../core/errors.ts';
import type { PartitionId, PlanId, RunId, StepId } from '../../core/ids.ts';
import type { Status, Verdict } from '../../core/lifecycle.ts';
import type { Direction } from '../../core/plan/plan.ts';
import type { StatusChange } from '../status-change.ts';
import type { StartStore } from './start-store.ts';

/** A restore point of the target, as far as it got. Times are ISO 8601. */
export interface RestorePoint {
  readonly snapshotId: string;
  readonly requestedAt: string;
  /** Set once it is available: everything committed before it is in the snapshot. */
  readonly recoveryTime?: string;
  readonly percent?: number;
}

/** How far a restore got; each field is set before or after the call it speaks of. */
export interface RestoreState {
  /** The copy, an instance or a cluster, until it bears the original's name. */
  readonly instanceId: string;
  readonly failedId: string;
  readonly snapshotId: string;
  /** When the restore was begun, or taken up again by a person; absent in runs of earlier versions. */
  readonly begunAt?: string;
  readonly stage: 'creating' | 'settling' | 'verified' | 'swapping' | 'swapped' | 'failed';
  /** The copy's immutable resource id, by which the swap tells it from the failed one. */
  readonly restoredResourceId?: string;
  /** The same of the members of a restored cluster, by the names of those that they replace. */
  readonly restoredMembers?: Readonly<Record<string, string>>;
  /** When the old database stopped taking writes. */
  readonly swapStartedAt?: string;
  readonly secondsOfWritesLost?: number;
  /** Settings that differ from the source and why that is expected or not. */
  readonly differences?: readonly string[];
}

/** Everything about a run that outlives the target database. Never secrets or row values. */
export interface RunRecord {
  readonly runId: RunId;
  readonly target: string;
  readonly version: string;
  readonly description: string;
  readonly direction: Direction;
  readonly planId: PlanId;
  readonly status: Status;
  readonly executionArn: string;
  readonly startedAt: string;
  readonly concludedAt?: string;
  readonly verdict?: Verdict;
  /** Why it goes back, or ended, as it did, in one sentence. */
  readonly because?: string;
  /** The step or gate at hand. */
  readonly at?: string;
  readonly fence?: number;
  /** The instant of the first change. */
  readonly t0?: string;
  readonly fingerprintBefore?: string;
  /** The schema as the run left it at its last gate. */
  readonly fingerprintAtGate?: string;
  readonly fingerprintAfter?: string;
  /** When the first contract step was about to begin: what held at the gate need not hold any more. */
  readonly contractedAt?: string;
  readonly baseline?: Baseline;
  readonly checksBefore?: readonly CheckResult[];
  readonly checksAfter?: readonly CheckResult[];
  readonly restorePoint?: RestorePoint;
  readonly contractRestorePoint?: RestorePoint;
  readonly restore?: RestoreState;
  readonly failure?: Failure;
  /** `untried` when a person has had it begun again. */
  readonly undoOutcome?: 'untried' | 'done' | 'failed' | 'left-differences';
  /** Answers of people: gate name → answer. */
  readonly answers?: Readonly<Record<string, GateAnswer>>;
  /** Since when the step at hand has been waiting for its lock; empty when it is not. */
  readonly lockWaitSince?: string;
  /** Since when the run has been waiting for its RDS instance to be ready; empty when it is not. */
  readonly unreadySince?: string;
  /** When a delay gate opens. */
  readonly gateOpensAt?: string;
  readonly pauseRequested?: boolean;
  readonly abortRequested?: boolean;
  /** Changes of status that are still to be told, oldest first; the store's own. */
  readonly unannounced?: readonly StatusChange[];
}

export type GateName = 'approval' | 'contract' | 'restore' | 'pause';
export interface GateAnswer {
  readonly answer: 'approved' | 'rejected';
  readonly by: string;
  readonly reason?: string;
  readonly at: string;
}

/** Fields that may be set or changed; identity and start never change. */
export type RunPatch = Partial<
  Omit<RunRecord, 'runId' | 'target' | 'version' | 'direction' | 'planId' | 'startedAt' | 'unannounced'>
>;

export interface RunEvent {
  /** ISO 8601. */
  readonly at: string;
  readonly kind:
    | 'status'
    | 'step'
    | 'checks'
    | 'snapshot'
    | 'partitions'
    | 'gate'
    | 'lock-wait'
    | 'undo'
    | 'restore'
    | 'failure'
    | 'verdict'
    | 'note';
  /** For a person. */
  readonly text: string;
  readonly step?: StepId;
}

/** Live figures of one partition, written about once a second by its worker. */
export interface PartitionProgress {
  readonly partition: PartitionId;
  readonly done: boolean;
  readonly rowsVisited: number;
  readonly rowsChanged: number;
  readonly batches: number;
  readonly batchRows: number;
  /** Rows visited a second over the last batches. */
  readonly rowsPerSecond: number;
  /** Why the worker is pausing now; empty while it works. */
  readonly pausedBecause: string;
  readonly failure?: Failure;
  readonly updatedAt: string;
  /** How it went on so far, through every worker it had; absent in records of before it was kept. */
  readonly history?: PartitionHistory;
}

export interface Lease {
  readonly target: string;
  readonly runId: RunId;
  readonly executionArn: string;
  readonly number: number;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface RunStore extends StartStore {
  /** Creates the record unless it exists; answers the stored one either way. Its first status is still to be told. */
  createRun(record: RunRecord): Promise<RunRecord>;
  getRun(runId: RunId): Promise<RunRecord | null>;
  /** Newest first. */
  listRuns(target: string, limit: number): Promise<readonly RunRecord[]>;
  updateRun(runId: RunId, patch: RunPatch): Promise<RunRecord>;
  /**
   * Moves along a legal arrow; staying where it is succeeds without a change. Throws FatalError otherwise. The same
   * write adds the change to those that are still to be told.
   */
  transition(runId: RunId, to: Status, patch?: RunPatch): Promise<RunRecord>;
  /** Forgets the changes up to this one, which have been told; all stay if the run has moved on meanwhile. */
  forgetAnnounced(runId: RunId, last: number): Promise<void>;

  addEvent(runId: RunId, event: RunEvent): Promise<void>;
  listEvents(runId: RunId): Promise<readonly RunEvent[]>;

  putPartition(runId: RunId, progress: PartitionProgress): Promise<void>;
  getPartition(runId: RunId, partition: PartitionId): Promise<PartitionProgress | null>;
  listPartitions(runId: RunId): Promise<readonly PartitionProgress[]>;

  readLease(target: string): Promise<Lease | null>;
  /**
   * Takes the lease if it is free, ours, or still exactly `over`; its number grows each time.
   * Answers null when someone else was faster.
   */
  takeLease(lease: Omit<Lease, 'number'>, over: Lease | null): Promise<Lease | null>;
  /** False when the lease is no longer ours. */
  renewLease(lease: Lease, expiresAt: number): Promise<boolean>;
  releaseLease(target: string, runId: RunId): Promise<void>;

  /** Task tokens are credentials of the state machine: stored here, never shown. `slot` tells waiting workers apart. */
  putToken(runId: RunId, gate: GateName, slot: string, token: string): Promise<void>;
  listTokens(runId: RunId, gate: GateName): Promise<readonly { slot: string; token: string }[]>;
  /**
   * Forgets a token that has been answered, unless another has taken its slot. Answering comes first: a
   * token forgotten unanswered would leave its state waiting for ever, one answered twice does no harm.
   */
  dropToken(runId: RunId, gate: GateName, slot: string, token: string): Promise<void>;
}
