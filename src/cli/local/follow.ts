import type { Clock } from '../../app/ports/clock.ts';
import type { PartitionProgress, RunEvent, RunRecord } from '../../app/ports/run-store.ts';
import { planKey } from '../../app/runs.ts';
import type { Plan } from '../../core/plan/plan.ts';
import type { Platform } from './platform.ts';

/** A run as far as it is known at one moment, for whoever shows it. */
export interface Snapshot {
  readonly run: RunRecord;
  readonly plan: Plan;
  readonly events: readonly RunEvent[];
  readonly partitions: readonly PartitionProgress[];
}

export interface Followed {
  readonly snapshot: Snapshot | null;
  /** How the execution ended; null when the follower stopped before its end. */
  readonly ended: { readonly status: string; readonly error: string; readonly cause: string } | null;
}

export interface FollowOptions {
  readonly clock: Clock;
  /** Ends the following with the signal's reason; the execution goes on. */
  readonly signal: AbortSignal;
  /** Told of each state. */
  readonly show: (snapshot: Snapshot) => void;
  /** Whether to leave the execution at this state. */
  readonly enough?: (snapshot: Snapshot) => boolean;
}

const everyMs = 200;

/** Watches an execution to its end, or until it has seen enough. */
export async function follow(
  platform: Platform,
  target: string,
  executionArn: string,
  { clock, signal, show, enough }: FollowOptions,
): Promise<Followed> {
  const plans = new Map<string, Plan>();
  for (;;) {
    signal.throwIfAborted();
    const execution = platform.cloud.states.describeExecution(executionArn);
    const snapshot = await look(platform, target, executionArn, plans);
    if (snapshot !== null) show(snapshot);
    if (execution.status !== 'RUNNING') {
      return {
        snapshot,
        ended: { status: execution.status, error: execution.error ?? '', cause: execution.cause ?? '' },
      };
    }
    if (snapshot !== null && enough?.(snapshot) === true) return { snapshot, ended: null };
    await clock.sleep(everyMs, signal);
  }
}

async function look(
  platform: Platform,
  target: string,
  executionArn: string,
  plans: Map<string, Plan>,
): Promise<Snapshot | null> {
  const { store, artifacts } = platform.app;
  const run = (await store.listRuns(target, 5)).find((candidate) => candidate.executionArn === executionArn);
  if (run === undefined) return null;
  let plan = plans.get(run.planId);
  if (plan === undefined) {
    const text = await artifacts.getText(planKey(run.planId));
    if (text === null) return null;
    plan = JSON.parse(text) as Plan;
    plans.set(run.planId, plan);
  }
  const [events, partitions] = await Promise.all([
    store.listEvents(run.runId),
    store.listPartitions(run.runId),
  ]);
  return { run, plan, events, partitions };
}
