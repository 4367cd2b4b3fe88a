import type { App } from './app.ts';
import type { RunRecord } from './ports/run-store.ts';
import { noticeOf } from './status-notices.ts';

/**
 * Tells programs, and people where it concerns them, of the changes of status that nobody has been told of yet. Each
 * was written together with the status itself and is forgotten only after it was sent: whoever dies in between
 * leaves it to the next function of the run, or to the watch. So a change may be told twice, never not at all.
 * The work it speaks of goes on even when nobody can be told.
 */
export async function announce(app: App, run: RunRecord): Promise<void> {
  const changes = run.unannounced ?? [];
  const last = changes.at(-1);
  if (last === undefined) return;
  try {
    for (const change of changes) await app.notifier.announce({ ...identityOf(run), ...change });
    // Of several, people hear the last: where the run is, not where it was.
    const notice = noticeOf(run, last);
    if (notice !== null) await app.notifier.notify(notice);
    await app.store.forgetAnnounced(run.runId, last.number);
  } catch (error) {
    app.log.warn('not-announced', { runId: run.runId, to: last.to, reason: String(error) });
  }
}

const identityOf = ({ runId, target, version, description, direction }: RunRecord) => ({
  runId,
  target,
  version,
  description,
  direction,
});
