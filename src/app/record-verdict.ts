import type { Verdict } from '../core/lifecycle.ts';
import { type App, isoNow } from './app.ts';
import type { RunRecord } from './ports/run-store.ts';
import { event } from './runs.ts';

export interface Ending {
  readonly verdict: Verdict;
  readonly because: string;
  readonly fingerprintAfter?: string | undefined;
}

/** Writes how a run ended into the run store, and tells the people. */
export async function recordVerdict(
  app: App,
  { runId, status, target, version, description }: RunRecord,
  { verdict, because, fingerprintAfter }: Ending,
): Promise<void> {
  const patch = {
    verdict,
    because,
    concludedAt: isoNow(app),
    at: '',
    ...(fingerprintAfter === undefined ? {} : { fingerprintAfter }),
  };
  // One that needed attention has concluded before.
  if (status === 'concluded') await app.store.updateRun(runId, patch);
  else await app.store.transition(runId, 'concluded', patch);
  if (verdict === 'NEEDS_ATTENTION') app.metrics.put(target, { NeedsAttention: 1 });
  await event(app, runId, 'verdict', `${verdict}${because === '' ? '' : `: ${because}`}`);
  await app.notifier.notify({
    subject: `Lockkeeper: ${target} ${verdict}`,
    text: `Run ${runId} of migration ${version} (${description}) on ${target} ended: ${verdict}. ${because}`,
    runId,
    status: 'concluded',
  });
}
