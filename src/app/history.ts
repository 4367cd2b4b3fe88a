import type { RunId } from '../core/ids.ts';
import type { Plan } from '../core/plan/plan.ts';
import type { App } from './app.ts';
import type { PartitionProgress, RunEvent, RunRecord } from './ports/run-store.ts';
import { findTarget, loadWork } from './runs.ts';

/** Everything that is known of a run, for showing and reporting. */
export interface RunDetails {
  readonly run: RunRecord;
  readonly plan: Plan;
  readonly events: readonly RunEvent[];
  readonly partitions: readonly PartitionProgress[];
}

export async function readRun(app: App, runId: RunId): Promise<RunDetails> {
  const [{ run, plan }, events, partitions] = await Promise.all([
    loadWork(app, runId),
    app.store.listEvents(runId),
    app.store.listPartitions(runId),
  ]);
  return { run, plan, events, partitions };
}

/** The runs of every target, or of one, newest first. Throws FatalError for a target that nobody knows. */
export async function listHistory(app: App, limit: number, target?: string): Promise<readonly RunRecord[]> {
  const names = target === undefined ? app.targets.map((each) => each.name) : [target];
  const runs = (await Promise.all(names.map((name) => app.store.listRuns(name, limit)))).flat();
  // A target that is no longer configured may have runs.
  if (target !== undefined && runs.length === 0) findTarget(app, target);
  return runs.toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : -1)).slice(0, limit);
}
