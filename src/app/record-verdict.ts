import type { Verdict } from '../core/lifecycle.ts';
import { announce } from './announce.ts';
import { type App, isoNow } from './app.ts';
import type { RunRecord } from './ports/run-store.ts';
import { event } from './runs.ts';
import { noticeOf } from './status-notices.ts';

export interface Ending {
  readonly verdict: Verdict;
  readonly because: string;
  readonly fingerprintAfter?: string | undefined;
}

/** Writes how a run ended into the run store, and tells the people. */
export async function recordVerdict(
  app: App,
  { runId, status, target }: RunRecord,
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
  const again = status === 'concluded';
  const ended = again
    ? await app.store.updateRun(runId, patch)
    : await app.store.transition(runId, 'concluded', patch);
  if (verdict === 'NEEDS_ATTENTION') app.metrics.put(target, { NeedsAttention: 1 });
  await event(app, runId, 'verdict', `${verdict}${because === '' ? '' : `: ${because}`}`);
  if (again) await tellAnew(app, ended, patch);
  else await announce(app, ended);
}

/** The status stays, so that there is no change to announce; people asked for the new verdict and hear it. */
async function tellAnew(
  app: App,
  run: RunRecord,
  { verdict, because, concludedAt: at }: { verdict: Verdict; because: string; concludedAt: string },
): Promise<void> {
  const notice = noticeOf(run, { number: 0, from: 'concluded', to: 'concluded', at, because, verdict });
  if (notice !== null) await app.notifier.notify(notice);
}
