import type {
  GateAnswer,
  PartitionProgress,
  RestorePoint,
  RunEvent,
  RunRecord,
} from '../app/ports/run-store.ts';
import type { PauseTally } from '../core/backfill/history.ts';
import type { CheckResult } from '../core/checks.ts';
import type { Failure } from '../core/errors.ts';
import type { Status, Verdict } from '../core/lifecycle.ts';
import type { Direction, Plan, StepPhase } from '../core/plan/plan.ts';
import { type PacePoint, paceOf, pausesOf } from './pace.ts';
import { type Phase, phasesOf, secondsBetween } from './phases.ts';
import { type RowCounts, rowCountsOf } from './row-counts.ts';

export { renderMarkdown } from './run-markdown.ts';

export interface ReportInput {
  readonly run: RunRecord;
  readonly plan: Plan;
  readonly events: readonly RunEvent[];
  readonly partitions: readonly PartitionProgress[];
}

/** What a run did, as facts: plain JSON, without SQL parameters, row values or secrets. Times are ISO 8601. */
export interface RunReport {
  readonly format: 1;
  readonly runId: string;
  readonly planId: string;
  readonly executionArn: string;
  readonly target: Plan['target'];
  readonly migration: {
    readonly version: string;
    readonly description: string;
    readonly direction: Direction;
    readonly checksum: string;
    readonly summary: string | null;
  };
  readonly status: Status;
  readonly verdict: Verdict | null;
  readonly because: string;
  readonly failure: Failure | null;
  readonly startedAt: string;
  /** The instant of the first change; null when nothing was changed. */
  readonly firstChangeAt: string | null;
  readonly concludedAt: string | null;
  readonly seconds: number | null;
  readonly phases: readonly Phase[];
  readonly steps: readonly ReportStep[];
  readonly backfill: BackfillFigures;
  /** Rows a second and batch sizes over time; empty where none were kept. */
  readonly pace: readonly PacePoint[];
  /** What the backfill stood still for, the longest first; workers' time, so that two may count a second twice. */
  readonly pauses: readonly PauseTally[];
  readonly rowCounts: readonly RowCounts[];
  readonly checks: { readonly before: readonly CheckResult[]; readonly after: readonly CheckResult[] };
  readonly fingerprints: {
    readonly before: string | null;
    readonly atGate: string | null;
    readonly after: string | null;
  };
  readonly restorePoints: readonly (RestorePoint & { readonly takenFor: 'start' | 'contract' })[];
  readonly restore: RestoreFacts | null;
  readonly lockWaits: readonly { readonly at: string; readonly step: string | null; readonly text: string }[];
  readonly answers: readonly (GateAnswer & { readonly gate: string })[];
  readonly orders: readonly { readonly at: string; readonly text: string }[];
}

export interface ReportStep {
  readonly id: string;
  readonly phase: StepPhase;
  readonly title: string;
  readonly destroys: boolean;
  /** Null for a step that was not carried out. */
  readonly doneAt: string | null;
}

export interface BackfillFigures {
  readonly rowsVisited: number;
  readonly rowsChanged: number;
  readonly batches: number;
  readonly partitions: number;
  /** Of the whole phase, pauses included; 0 where there was none. */
  readonly seconds: number;
  readonly rowsPerSecond: number;
}

export interface RestoreFacts {
  readonly snapshotId: string;
  readonly restoredAs: string;
  readonly failedKeptAs: string;
  readonly stage: string;
  readonly differences: readonly string[];
  /** Between the recovery point and the swap; null when no swap took place. */
  readonly secondsOfWritesLost: number | null;
}

export function runReport({ run, plan, events, partitions }: ReportInput): RunReport {
  const phases = phasesOf(run, events);
  return {
    format: 1,
    runId: run.runId,
    planId: run.planId,
    executionArn: run.executionArn,
    target: plan.target,
    migration: {
      version: run.version,
      description: run.description,
      direction: run.direction,
      checksum: plan.migration.checksum,
      summary: plan.migration.summary ?? null,
    },
    status: run.status,
    verdict: run.verdict ?? null,
    because: run.because ?? '',
    failure: run.failure ?? null,
    startedAt: run.startedAt,
    firstChangeAt: run.t0 ?? null,
    concludedAt: run.concludedAt ?? null,
    seconds: secondsBetween(run.startedAt, run.concludedAt ?? null),
    phases,
    steps: stepsOf(plan, events),
    backfill: backfillFigures(partitions, phases),
    pace: paceOf(partitions),
    pauses: pausesOf(partitions),
    rowCounts: rowCountsOf(run),
    checks: { before: run.checksBefore ?? [], after: run.checksAfter ?? [] },
    fingerprints: {
      before: run.fingerprintBefore ?? null,
      atGate: run.fingerprintAtGate ?? null,
      after: run.fingerprintAfter ?? null,
    },
    restorePoints: restorePointsOf(run),
    restore: restoreFacts(run),
    lockWaits: events
      .filter((event) => event.kind === 'lock-wait')
      .map(({ at, step, text }) => ({ at, step: step ?? null, text })),
    answers: Object.entries(run.answers ?? {}).map(([gate, answer]) => ({ gate, ...answer })),
    orders: events.filter((event) => event.kind === 'gate').map(({ at, text }) => ({ at, text })),
  };
}

/** An event of its own ends a step: `<id> done: …`. The way back is listed only as far as it was gone. */
function stepsOf({ steps, rollback }: Plan, events: readonly RunEvent[]): ReportStep[] {
  const doneAt = new Map<string, string>();
  for (const { at, step, text } of events) {
    if (step !== undefined && text.startsWith(`${step} done`)) doneAt.set(step, at);
  }
  const all = [...steps, ...rollback.undo].map(({ id, phase, title, destroys }) => ({
    id,
    phase,
    title,
    destroys,
    doneAt: doneAt.get(id) ?? null,
  }));
  return all.filter((step) => step.phase !== 'undo' || step.doneAt !== null);
}

function backfillFigures(
  partitions: readonly PartitionProgress[],
  phases: readonly Phase[],
): BackfillFigures {
  const sum = (of: (partition: PartitionProgress) => number): number =>
    partitions.reduce((total, partition) => total + of(partition), 0);
  const rowsVisited = sum((partition) => partition.rowsVisited);
  const seconds = phases
    .filter((phase) => phase.status === 'backfilling')
    .reduce((total, phase) => total + (phase.seconds ?? 0), 0);
  return {
    rowsVisited,
    rowsChanged: sum((partition) => partition.rowsChanged),
    batches: sum((partition) => partition.batches),
    partitions: partitions.length,
    seconds,
    rowsPerSecond: seconds > 0 ? Math.round(rowsVisited / seconds) : 0,
  };
}

function restorePointsOf(run: RunRecord): RunReport['restorePoints'] {
  const { restorePoint, contractRestorePoint } = run;
  return [
    ...(restorePoint === undefined ? [] : [{ takenFor: 'start' as const, ...restorePoint }]),
    ...(contractRestorePoint === undefined
      ? []
      : [{ takenFor: 'contract' as const, ...contractRestorePoint }]),
  ];
}

function restoreFacts({ restore }: RunRecord): RestoreFacts | null {
  if (restore === undefined) return null;
  return {
    snapshotId: restore.snapshotId,
    restoredAs: restore.instanceId,
    failedKeptAs: restore.failedId,
    stage: restore.stage,
    differences: restore.differences ?? [],
    secondsOfWritesLost: restore.secondsOfWritesLost ?? null,
  };
}
