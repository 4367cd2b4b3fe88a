import type { RunId } from '../core/ids.ts';
import { arrow, type Verdict } from '../core/lifecycle.ts';
import type { Plan } from '../core/plan/plan.ts';
import { announce } from './announce.ts';
import type { App, Budget } from './app.ts';
import { withDatabase } from './open-database.ts';
import type { Conclusion } from './ports/ledger.ts';
import type { RunRecord } from './ports/run-store.ts';
import { type CaughtError, failureOf } from './record-failure.ts';
import { recordVerdict } from './record-verdict.ts';
import { event, loadWork, type Work } from './runs.ts';
import { done, type TaskResult } from './task-result.ts';

/**
 * Writes the verdict: into the target's ledger, the run store, and to the people. A run that needs attention
 * stays open in the ledger, so that nothing else starts on that database before a person has looked.
 */
export async function conclude(
  app: App,
  runId: RunId,
  verdict: Verdict,
  budget: Budget,
  caught?: CaughtError,
): Promise<TaskResult<{ runId: RunId; verdict: Verdict; because: string }>> {
  const work = await loadWork(app, runId);
  const { run } = work;
  const stopped = caught === undefined || caught.Error === 'none' ? undefined : failureOf(caught).message;
  if (stopped !== undefined) await event(app, runId, 'failure', `the way back stopped: ${stopped}`);
  const fingerprintAfter = await closeLedger(app, work, verdict, budget);
  const because = reasonFor(run, verdict, stopped);
  if (run.status === 'concluded') await announce(app, run);
  else {
    // Whatever stopped it, wherever it stood: that a person has to look must not get lost.
    if (verdict === 'NEEDS_ATTENTION' && arrow(run.status, 'concluded') === null)
      await app.store.transition(runId, 'rolling-back');
    await recordVerdict(app, run, { verdict, because, fingerprintAfter });
  }
  await app.store.releaseLease(run.target, runId);
  app.log.info('concluded', { runId, verdict });
  return done({ runId, verdict, because });
}

/** What made the run go back; where a person has to look, also why going back was no way. */
function reasonFor({ failure, because }: RunRecord, verdict: Verdict, stopped: string | undefined): string {
  if (verdict === 'SUCCEEDED') return 'every step and check is done';
  const reasons =
    verdict === 'NEEDS_ATTENTION' ? [failure?.message, because, stopped] : [failure?.message ?? because];
  return [...new Set(reasons)].filter((reason) => reason !== undefined && reason !== '').join('; ');
}

/** What the plan has written with its verdict. */
export const ofPlan = ({ history }: Plan): Conclusion => (history === undefined ? {} : { history });

async function closeLedger(
  app: App,
  { run, plan, target }: Work,
  verdict: Verdict,
  budget: Budget,
): Promise<string | undefined> {
  const { fence, runId } = run;
  // Never entered: the target was not touched, and is not now.
  if (fence === undefined) return undefined;
  if (verdict === 'NEEDS_ATTENTION') return undefined;
  return withDatabase(app, target, { runId, role: 'conclude' }, budget, async (database) => {
    await database.concludeRun(runId, fence, verdict, ofPlan(plan));
    return (await database.fingerprint()).hash;
  });
}
