import type { Failure } from '../core/errors.ts';
import type { RunId } from '../core/ids.ts';
import { snapshotName } from '../core/restore/names.ts';
import { resourceOf, type TargetResource } from '../core/target.ts';
import { type App, isoNow } from './app.ts';
import { awaitReadiness } from './await-readiness.ts';
import type { SnapshotState } from './ports/cloud.ts';
import type { RestorePoint, RunRecord } from './ports/run-store.ts';
import { describe } from './restorable/description.ts';
import { createSnapshot, describeSnapshot } from './restorable/snapshots.ts';
import { aborted, advance, block, event, loadWork, sourceKey, type Work } from './runs.ts';
import { done, type TaskResult, wait } from './task-result.ts';

export type RestorePointPurpose = 'start' | 'contract';

/** Six hours: a snapshot copies what has changed since the last one, and one that takes longer is looked at. */
const snapshotAtMostMs = 6 * 3_600_000;

/** Statuses from which a snapshot does not recover (aws-sdk waiter of DBSnapshotAvailable). */
const hopeless = new Set([
  'failed',
  'deleting',
  'deleted',
  'incompatible-restore',
  'incompatible-parameters',
]);
/**
 * Takes the snapshot the plan asks for and waits until it is available; called again and again by the state
 * machine. The source's whole description is saved beside it: a restore is built from that.
 */
export async function takeRestorePoint(
  app: App,
  runId: RunId,
  purpose: RestorePointPurpose,
): Promise<TaskResult> {
  const work = await loadWork(app, runId);
  if (work.run.abortRequested === true) return block(app, runId, aborted);
  const field = purpose === 'start' ? 'restorePoint' : 'contractRestorePoint';
  const known = work.run[field];
  if (known?.recoveryTime !== undefined || !isNeeded(app, work, purpose))
    return reached(app, work.run, purpose);
  const resource = resourceOf(work.target);
  if (resource === null) return reached(app, work.run, purpose);
  const unready = known === undefined ? await awaitReadiness(app, work, resource) : null;
  if (unready !== null) return unready;

  const snapshotId = known?.snapshotId ?? snapshotName(work.target.name, runId, purpose);
  // The intention is recorded first, so only a snapshot that was seen once can have been lost.
  const seen = known?.percent !== undefined;
  const state =
    (await describeSnapshot(app, resource.kind, snapshotId)) ??
    (seen ? null : await request(app, work, resource, snapshotId, field));
  if (state === null) return block(app, runId, lost(snapshotId));
  if (hopeless.has(state.status)) return block(app, runId, failed(state));
  const requestedAt = known?.requestedAt ?? isoNow(app);
  if (state.status !== 'available' && app.clock.now() - Date.parse(requestedAt) >= snapshotAtMostMs)
    return block(app, runId, stuck(state));
  const point: RestorePoint = {
    snapshotId,
    requestedAt,
    percent: state.percent,
    // Without the server's word for it, the snapshot holds what was there when it was asked for.
    ...(state.status === 'available' ? { recoveryTime: state.databaseTime ?? requestedAt } : {}),
  };
  const run = await app.store.updateRun(runId, { [field]: point });
  if (point.recoveryTime === undefined) return wait(app.pollSeconds);
  await event(
    app,
    runId,
    'snapshot',
    `snapshot ${snapshotId} is available; recovery point ${point.recoveryTime}`,
  );
  return reached(app, run, purpose);
}

/** Saves the description first: a snapshot whose source nobody remembers cannot be restored faithfully. */
async function request(
  app: App,
  { run, target }: Work,
  resource: TargetResource,
  snapshotId: string,
  field: 'restorePoint' | 'contractRestorePoint',
): Promise<SnapshotState | null> {
  const source = await describe(app, resource.kind, resource.id);
  if (source === null) return null;
  await app.artifacts.putText(sourceKey(run.runId), JSON.stringify(source));
  await app.store.updateRun(run.runId, { [field]: { snapshotId, requestedAt: isoNow(app) } });
  await event(app, run.runId, 'snapshot', `taking snapshot ${snapshotId} of ${resource.id}`);
  return createSnapshot(app, resource, snapshotId, {
    'lockkeeper:run': run.runId,
    'lockkeeper:target': target.name,
    ManagedBy: 'lockkeeper',
  });
}

/** Going back a week is not a way back: the contract takes its own restore point when the first is old. */
function isNeeded(app: App, { run, plan }: Work, purpose: RestorePointPurpose): boolean {
  if (!plan.restorePoint.take) return false;
  if (purpose === 'start') return true;
  // Too late: what the first contract steps took away would be missing in it.
  if (run.contractedAt !== undefined) return false;
  if (!plan.steps.some((step) => step.phase === 'contract' && step.destroys)) return false;
  const taken = run.restorePoint?.recoveryTime;
  const ageSeconds =
    taken === undefined ? Number.POSITIVE_INFINITY : (app.clock.now() - Date.parse(taken)) / 1000;
  return plan.gate.opens !== 'immediately' || ageSeconds > plan.restorePoint.renewAfterSeconds;
}

async function reached(app: App, run: RunRecord, purpose: RestorePointPurpose): Promise<TaskResult> {
  if (purpose === 'start') await advance(app, run, 'snapshotted');
  return done({});
}

const lost = (snapshotId: string): Failure => ({
  class: 'fatal',
  code: 'snapshot-lost',
  message: `the database or its snapshot ${snapshotId} does not exist`,
  remedy: 'check the instance or cluster identifier of the target, and who deleted the snapshot',
});

const stuck = (state: SnapshotState): Failure => ({
  class: 'fatal',
  code: 'snapshot-stuck',
  message: `snapshot ${state.snapshotId} is still ${state.status} (${state.percent} %) after six hours`,
  remedy: 'wait until it is available or failed in RDS, then start again',
});

const failed = (state: SnapshotState): Failure => ({
  class: 'fatal',
  code: 'snapshot-failed',
  message: `snapshot ${state.snapshotId} ended in status ${state.status}`,
  remedy: 'read the events of the instance in RDS, then start again',
});
