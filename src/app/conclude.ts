import type { RunId } from '../core/ids.ts';
import type { Verdict } from '../core/lifecycle.ts';
import { type App, type Budget, isoNow } from './app.ts';
import { withDatabase } from './open-database.ts';
import { type CaughtError, failureOf } from './record-failure.ts';
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
  if (caught !== undefined && caught.Error !== 'none') {
    await event(app, runId, 'failure', `the way back stopped: ${failureOf(caught).message}`);
  }
  const fingerprintAfter = await closeLedger(app, work, verdict, budget);
  const because =
    verdict === 'SUCCEEDED' ? 'every step and check is done' : (run.failure?.message ?? run.because ?? '');
  if (run.status !== 'concluded') {
    await app.store.transition(runId, 'concluded', {
      verdict,
      because,
      concludedAt: isoNow(app),
      at: '',
      ...(fingerprintAfter === undefined ? {} : { fingerprintAfter }),
    });
    await event(app, runId, 'verdict', `${verdict}${because === '' ? '' : `: ${because}`}`);
    await app.notifier.notify({
      subject: `Lockkeeper: ${run.target} ${verdict}`,
      text: `Run ${runId} of migration ${run.version} (${run.description}) on ${run.target} ended: ${verdict}. ${because}`,
      runId,
      status: 'concluded',
    });
  }
  await app.store.releaseLease(run.target, runId);
  app.log.info('concluded', { runId, verdict });
  return done({ runId, verdict, because });
}

async function closeLedger(
  app: App,
  { run, target }: Work,
  verdict: Verdict,
  budget: Budget,
): Promise<string | undefined> {
  const { fence, runId } = run;
  // Never entered: the target was not touched, and is not now.
  if (fence === undefined) return undefined;
  if (verdict === 'NEEDS_ATTENTION') return undefined;
  return withDatabase(app, target, { runId, role: 'conclude' }, budget, async (database) => {
    await database.concludeRun(runId, fence, verdict);
    return (await database.fingerprint()).hash;
  });
}
