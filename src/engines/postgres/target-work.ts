import type { AttemptOptions, Database, PartitionWorker, StepAttempt } from '../../app/ports/engine.ts';
import type { EnterResult, RunEntry } from '../../app/ports/ledger.ts';
import type { PartitionId, RunId } from '../../core/ids.ts';
import type { Backfill, Step, UndoStep } from '../../core/plan/plan.ts';

/** What is done under the target's lock, each transport in its own way. Their meaning is that of `Database`. */
export interface TargetWork {
  enterRun(entry: RunEntry): Promise<EnterResult>;
  attemptStep(step: Step | UndoStep, options: AttemptOptions): Promise<StepAttempt>;
  openPartition(runId: RunId, fence: number, backfill: Backfill, id: PartitionId): Promise<PartitionWorker>;
  holdForRunner(): Promise<string | null>;
  readonly draftReplacement?: Database['draftReplacement'];
  readonly draftIndexRebuild?: Database['draftIndexRebuild'];
}
