import type { Failure } from '../core/errors.ts';
import type { RunId } from '../core/ids.ts';
import { type App, isoNow } from './app.ts';
import type { Lease } from './ports/run-store.ts';
import { advance, block, loadWork, refuseEnded } from './runs.ts';
import { done, type TaskResult, wait } from './task-result.ts';

/** Longer than the longest slice, so that a worker at work never loses the lease it renews each time. */
export const leaseMs = 20 * 60_000;

/**
 * Takes the exclusive right to change the target. It is taken over from another run only when that lease
 * has expired and its execution no longer runs; the run's own earlier execution needs only the latter,
 * because the new fence keeps its stragglers out.
 */
export async function acquireLease(
  app: App,
  runId: RunId,
  executionArn: string,
): Promise<TaskResult<{ lease: number }>> {
  const taken = await takeTarget(app, runId, executionArn);
  if (taken.kind === 'done') await advance(app, (await loadWork(app, runId)).run, 'leased');
  return taken;
}

/** The lease alone, without a word about how far the run is. */
export async function takeTarget(
  app: App,
  runId: RunId,
  executionArn: string,
): Promise<TaskResult<{ lease: number }>> {
  const { run } = await loadWork(app, runId);
  refuseEnded(run);
  const current = await app.store.readLease(run.target);
  if (current !== null && !(await mayTakeOver(app, current, runId, executionArn))) {
    if (current.runId === runId) return wait(5);
    return block(app, runId, busy(run.target, current));
  }
  const wanted = { target: run.target, runId, executionArn, expiresAt: app.clock.now() + leaseMs };
  const taken = await app.store.takeLease(wanted, current);
  if (taken === null) return wait(2);
  return done({ lease: taken.number });
}

async function mayTakeOver(app: App, current: Lease, runId: RunId, executionArn: string): Promise<boolean> {
  if (current.executionArn === executionArn) return true;
  const mine = current.runId === runId;
  const expired = current.expiresAt <= app.clock.now();
  if (!mine && !expired) return false;
  return !(await app.executions.isRunning(current.executionArn));
}

const busy = (target: string, lease: Lease): Failure => ({
  class: 'fatal',
  code: 'target-busy',
  message: `target ${target} is being changed by run ${lease.runId} (until ${new Date(lease.expiresAt).toISOString()} at least)`,
  remedy: `wait for run ${lease.runId}, or abort it`,
});

/** Keeps the lease while a slice works. False when it is no longer ours. */
export async function renewLease(app: App, target: string, runId: RunId): Promise<boolean> {
  const lease = await app.store.readLease(target);
  if (lease?.runId !== runId) return false;
  return app.store.renewLease(lease, app.clock.now() + leaseMs);
}

/** Gives the lease back at a gate or at the end; nothing happens when it is not ours. */
export async function releaseLease(app: App, runId: RunId): Promise<TaskResult> {
  const { run } = await loadWork(app, runId);
  await app.store.releaseLease(run.target, runId);
  app.log.info('lease-released', { runId, at: isoNow(app) });
  return done({});
}
