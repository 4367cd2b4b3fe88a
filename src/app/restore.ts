import { FatalError } from '../core/errors.ts';
import type { RunId } from '../core/ids.ts';
import { asCluster } from '../core/restore/cluster/description.ts';
import { text } from '../core/restore/description.ts';
import { failedName, managedByTag, restoredName, runTag } from '../core/restore/names.ts';
import { resourceOf, type Target, type TargetResource } from '../core/target.ts';
import { announce } from './announce.ts';
import { type App, type Budget, isoNow } from './app.ts';
import { restorePointOf } from './newest-restore-point.ts';
import { openDatabase, type Place } from './open-database.ts';
import type { RestoreState } from './ports/run-store.ts';
import { type Description, describe, endpointOf, type Kind, masterOf } from './restorable/description.ts';
import { type Restoring, restoringOf } from './restorable/restoring.ts';
import { event, loadWork, move, sourceKey, type Work } from './runs.ts';
import { done, type TaskResult, wait } from './task-result.ts';

/**
 * Brings the snapshot up beside the failed instance with every setting it had, and proves it before any
 * name is changed: settings diffed, current password set, schema compared. Re-entrant; the state machine
 * calls it until it is done.
 */
export async function restore(app: App, runId: RunId, budget: Budget): Promise<TaskResult> {
  const work = await loadWork(app, runId);
  const resource = resourceOf(work.target);
  const begun = work.run.restore;
  if (begun !== undefined) await announce(app, work.run);
  if (resource === null) throw noRestorePoint();
  const state = begun ?? (await begin(app, work, resource));
  if (!unfinished.has(state.stage)) return done({});
  const source = await readSource(app, runId);
  const restored = await describe(app, resource.kind, state.instanceId);
  const restoring = restoringOf(app, resource.kind);
  if (restored === null) {
    await event(app, runId, 'restore', `restoring ${state.snapshotId} to ${state.instanceId}`);
    await restoring.begin(source, state, tagsOf(runId));
    return wait(app.pollSeconds);
  }
  const status = restoring.stateOf(restored);
  if (status.is === 'failed') return giveUp(app, work, state, [`${state.instanceId} is ${status.status}`]);
  if (status.is === 'busy') return goOnWaiting(app, work, state, `is still ${status.status}`);

  if (await restoring.complete(source, restored, runId, tagsOf(runId))) return wait(app.pollSeconds);
  if (state.stage !== 'settling') {
    await settle(app, work, resource.kind, restoring, state, source, restored);
    return wait(app.pollSeconds);
  }
  const pending = restoring.pendingOf(restored);
  if (pending.length > 0) {
    return goOnWaiting(app, work, state, `still has to take over ${pending.join(', ')}`);
  }
  const differences = restoring.diff(source, restored, runId);
  const unexplained = differences.filter((difference) => difference.explained === null);
  if (unexplained.length > 0) {
    return giveUp(
      app,
      work,
      state,
      unexplained.map(
        (difference) => `${difference.setting} was ${difference.source} and is ${difference.restored}`,
      ),
    );
  }
  const schemaProblem = await provesSchema(app, work, resource.kind, restored, budget);
  if (schemaProblem !== null) return giveUp(app, work, state, [schemaProblem]);
  await saveState(app, runId, {
    ...state,
    stage: 'verified',
    ...restoring.identityOf(source, restored, runId),
    differences: differences.map((difference) => `${difference.setting}: ${difference.explained ?? ''}`),
  });
  await event(
    app,
    runId,
    'restore',
    `${state.instanceId} is verified: settings and schema are those of the restore point`,
  );
  return done({});
}

/** A restore that has failed is looked at again: the answer may have been lost, and says the same then. */
const unfinished: ReadonlySet<RestoreState['stage']> = new Set(['creating', 'settling', 'failed']);

/**
 * RDS brings terabytes up in minutes, because it fills the volume afterwards; what takes six hours is stuck. The
 * history of an execution, 25,000 events, has room for about ten hours of looking.
 */
const RESTORE_WITHIN_MS = 6 * 3_600_000;

async function goOnWaiting(app: App, work: Work, state: RestoreState, why: string): Promise<TaskResult> {
  const { begunAt } = state;
  if (begunAt === undefined || app.clock.now() - Date.parse(begunAt) < RESTORE_WITHIN_MS) {
    return wait(app.pollSeconds);
  }
  return giveUp(app, work, state, [`after six hours ${state.instanceId} ${why}`]);
}

const noRestorePoint = () =>
  new FatalError('there is no restore point to go back to', { code: 'no-restore-point' });

const tagsOf = (runId: RunId) => ({ [runTag]: runId, [managedByTag.key]: managedByTag.value });

async function begin(app: App, { run }: Work, { id }: TargetResource): Promise<RestoreState> {
  const point = restorePointOf(run);
  if (point === null) throw noRestorePoint();
  const state: RestoreState = {
    instanceId: restoredName(id, run.runId),
    failedId: failedName(id, run.runId),
    snapshotId: point.snapshotId,
    begunAt: isoNow(app),
    stage: 'creating',
  };
  await move(app, run, 'restoring', { restore: state, at: 'restore' });
  return state;
}

async function readSource(app: App, runId: RunId): Promise<Description> {
  const text = await app.artifacts.getText(sourceKey(runId));
  if (text === null) throw new FatalError('the description of the source is missing', { code: 'no-source' });
  return JSON.parse(text) as Description;
}

/** What a restore cannot carry is applied now, and the password rolls forward to the secret's. */
async function settle(
  app: App,
  { run, target }: Work,
  kind: Kind,
  restoring: Restoring,
  state: RestoreState,
  source: Description,
  restored: Description,
): Promise<void> {
  const { user, password } = await app.secrets.current(target.secret);
  const isMaster = masterOf(kind, source) === user;
  await restoring.settle(source, restored, isMaster ? password : null);
  await saveState(app, run.runId, { ...state, stage: 'settling' });
  const byHand = [
    ...restoring.handOver(source),
    ...(isMaster ? [] : [`check that ${user}'s password in the restored database is the secret's`]),
  ];
  await event(
    app,
    run.runId,
    'restore',
    `settings applied${byHand.length === 0 ? '' : `; to be done by hand: ${byHand.join('; ')}`}`,
  );
}

async function provesSchema(
  app: App,
  { run, plan, target }: Work,
  kind: Kind,
  restored: Description,
  budget: Budget,
): Promise<string | null> {
  const endpoint = await placeOf(app, target, kind, restored);
  if (endpoint === null) return `the restored ${kind} has no endpoint`;
  const expected =
    restorePointOf(run)?.purpose === 'contract' ? run.fingerprintAtGate : plan.schemaFingerprint;
  const database = await openDatabase(app, target, { runId: run.runId, role: 'verify' }, budget, endpoint);
  try {
    const { hash } = await database.fingerprint();
    await app.store.updateRun(run.runId, { fingerprintAfter: hash });
    return expected === undefined || hash === expected
      ? null
      : `the schema in the restored ${kind} is not that of the restore point`;
  } finally {
    await database.close();
  }
}

/** The copy has a Data API of its own, which a restore leaves off. */
async function placeOf(app: App, target: Target, kind: Kind, restored: Description): Promise<Place | null> {
  if (target.transport !== 'data-api') return endpointOf(kind, restored);
  const cluster = text(asCluster(restored).cluster, 'DBClusterIdentifier');
  if (cluster === null) return null;
  await app.clusters.switchOnDataApi(cluster);
  return { cluster };
}

async function giveUp(
  app: App,
  { run }: Work,
  state: RestoreState,
  problems: readonly string[],
): Promise<TaskResult> {
  await saveState(app, run.runId, { ...state, stage: 'failed', differences: problems });
  await event(app, run.runId, 'failure', `restore stopped: ${problems.join('; ')}`);
  return {
    kind: 'blocked',
    failure: {
      class: 'fatal',
      code: 'restore-failed',
      message: `the restore was stopped before any name was changed: ${problems.join('; ')}`,
      remedy: `the failed database is untouched; read the events of ${state.instanceId} in RDS, mend or delete it (then it is restored anew), then lockkeeper rollback ${run.runId}`,
    },
  };
}

export async function saveState(app: App, runId: RunId, state: RestoreState): Promise<void> {
  await app.store.updateRun(runId, { restore: state });
}
