import type { PlannedHistory } from '../../core/history/tool-history.ts';
import type { RunId, StepId } from '../../core/ids.ts';
import type { Verdict } from '../../core/lifecycle.ts';
import type { Direction, Plan } from '../../core/plan/plan.ts';

export interface AppliedMigration {
  readonly version: string;
  readonly description: string;
  readonly repeatable: boolean;
  readonly checksum: string;
  readonly runId: RunId;
  /** ISO 8601, the server's clock. */
  readonly appliedAt: string;
  /** The run has written it into the history of the team's own tool as well. */
  readonly kept?: boolean;
}

export interface OpenRun {
  readonly runId: RunId;
  readonly direction: Direction;
  readonly plan: Plan;
  readonly startedAt: string;
  readonly fence: number;
}

/** What the ledger inside the target database says. Reading it never creates it. */
export interface LedgerView {
  readonly installed: boolean;
  readonly applied: readonly AppliedMigration[];
  /** The one run that has begun and not concluded. */
  readonly openRun: OpenRun | null;
}

export interface JournalEntry {
  readonly step: StepId;
  readonly state: 'intended' | 'done';
  /** ISO 8601, the server's clock. */
  readonly startedAt: string;
  readonly finishedAt: string | null;
}

export interface RunEntry {
  readonly runId: RunId;
  readonly plan: Plan;
  /** The lease's number; the fence taken is at least this and above every earlier one. */
  readonly lease: number;
}

/** A person's word on a run, with what they found. */
export interface ByHand {
  readonly by: string;
  readonly reason: string;
}

/** What is written with the verdict, in the same transaction. */
export interface Conclusion {
  /** Who says so, where it is a person and not the run. */
  readonly byHand?: ByHand;
  /** For the history of the team's own tool; with SUCCEEDED alone. */
  readonly history?: PlannedHistory;
}

export type EnterResult =
  | { readonly kind: 'entered'; readonly fence: number; readonly resumed: boolean }
  /** Another run has begun here and not concluded. */
  | { readonly kind: 'occupied'; readonly by: RunId; readonly since: string }
  /** Another session holds the target's lock right now. */
  | { readonly kind: 'locked'; readonly holder: string }
  /** This run has concluded already. */
  | { readonly kind: 'concluded'; readonly verdict: Verdict };
