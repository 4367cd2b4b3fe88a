import { situationOf } from '../core/decisions/situation.ts';
import { decideWayBack, type Situation, type WayBack } from '../core/decisions/way-back.ts';
import type { RunId } from '../core/ids.ts';
import { rank } from '../core/lifecycle.ts';
import { announce } from './announce.ts';
import { type App, type Budget, isoNow } from './app.ts';
import { refuse } from './enter.ts';
import { takeTarget } from './lease.ts';
import { restorePointOf } from './newest-restore-point.ts';
import { withDatabase } from './open-database.ts';
import type { RunRecord } from './ports/run-store.ts';
import { event, isGoingBack, loadWork, move, type Work } from './runs.ts';
import { done, type TaskResult } from './task-result.ts';

/**
 * Decides how to go back from what the ledger says was done. Takes the lease and a new fence first, so that
 * whatever still runs of the way forward can change nothing any more, and ends its sessions on the server.
 */
export async function decide(
  app: App,
  runId: RunId,
  executionArn: string,
  budget: Budget,
): Promise<TaskResult<WayBack & { fence: number }>> {
  if (neverEntered((await loadWork(app, runId)).run)) return nothingChanged(app, runId);
  const lease = await takeTarget(app, runId, executionArn);
  if (lease.kind !== 'done') return lease;
  const work = await loadWork(app, runId);
  const { run } = work;
  if (isRestoring(run)) {
    if (run.status === 'concluded') await takeUpAgain(app, run);
    return decided(
      app,
      runId,
      { go: 'restore', because: run.because ?? 'the restore has begun' },
      run.fence ?? 0,
    );
  }
  // A person who asks again has looked at what stood in the way.
  const undoOutcome = run.status === 'concluded' ? 'untried' : run.undoOutcome;
  if (isGoingBack(run)) await announce(app, run);
  else {
    app.metrics.put(run.target, { RollbackStarted: 1 });
    await move(app, run, 'rolling-back', {
      at: 'deciding',
      ...(undoOutcome === undefined ? {} : { undoOutcome }),
    });
  }
  return withDatabase(app, work.target, { runId, role: 'decide' }, budget, async (database) => {
    // It may have entered without the run store hearing of it: then the ledger knows.
    if (run.fence === undefined && (await database.readLedger()).openRun?.runId !== runId) {
      return nothingChanged(app, runId);
    }
    const entered = await database.enterRun({ runId, plan: work.plan, lease: lease.lease });
    if (entered.kind !== 'entered') return refuse(app, runId, entered);
    await app.store.updateRun(runId, { fence: entered.fence });
    const cancelled = await database.cancelSessions(runId, budget.signal);
    if (cancelled > 0)
      await event(app, runId, 'note', `ended ${cancelled} sessions of this run on the server`);
    const journal = await database.journal(runId);
    const partitions = await database.partitions(runId);
    const situation = situationOf({
      plan: work.plan,
      journaled: new Set(journal.map((entry) => entry.step)),
      partitions: partitions.map((partition) => ({
        backfill: Number(/^b(\d+)-/.exec(partition.id)?.[1] ?? 1) - 1,
        rowsChanged: partition.rowsChanged,
      })),
      undoOutcome,
      ...restoreEvidence(work),
    });
    return decided(app, runId, decideWayBack(situation), entered.fence);
  });
}

/** Entering comes after the first checks: before that, nobody has to look whether something was done. */
function neverEntered(run: RunRecord): boolean {
  const here = rank(run.status);
  return run.fence === undefined && here !== null && here < (rank('checked') ?? 0);
}

const nothingChanged = (app: App, runId: RunId) =>
  decided(app, runId, { go: 'none', because: 'nothing had been changed' }, 0);

function restoreEvidence({ run, target }: Work) {
  const answer = run.answers?.restore?.answer;
  const restore: Situation['restore'] =
    run.restore?.stage === 'failed' ? 'failed' : answer === 'rejected' ? 'declined' : 'untried';
  return {
    restorePointAvailable: restorePointOf(run) !== null,
    restore,
    restoreNeedsConsent: target.restore === 'ask',
    restoreConsented: answer === 'approved',
  };
}

/** A failed one is begun again when a person asks after the end: they have looked at what stood in the way. */
const isRestoring = ({ restore, status }: RunRecord): boolean =>
  restore !== undefined && (restore.stage !== 'failed' || status === 'concluded');

async function takeUpAgain(app: App, run: RunRecord): Promise<void> {
  const { restore } = run;
  if (restore === undefined) return;
  const stage = restore.stage === 'failed' ? 'creating' : restore.stage;
  const goingBack = await move(app, run, 'rolling-back', {
    at: 'deciding',
    restore: { ...restore, stage, begunAt: isoNow(app) },
  });
  await move(app, goingBack, 'restoring', { at: 'restore' });
}

async function decided(app: App, runId: RunId, way: WayBack, fence: number) {
  await app.store.updateRun(runId, { because: way.because });
  await event(app, runId, 'note', `way back: ${way.go}, because ${way.because}`);
  return done({ ...way, fence });
}
