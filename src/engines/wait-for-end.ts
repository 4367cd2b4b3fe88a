import { RetryableError } from '../core/errors.ts';
import { pause } from './pause.ts';

/** Milliseconds a session gets to end by itself after its statement was cancelled. */
const CANCEL_FOR_MS = 2_000;
/** Milliseconds until ending sessions counts as failed: one that was killed may be rolling back. */
const END_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 25;

/** Sessions that are to end, by what the server calls them. */
export interface EndingSessions<Id> {
  stillThere(): Promise<readonly Id[]>;
  /** Asked again until none is there. `round` counts from 0, `waitedMs` since the first. */
  press(left: readonly Id[], round: number, waitedMs: number): Promise<void>;
  /** What a person may look at when one does not go. */
  readonly remedy: string;
}

/** Resolves when the server no longer lists them. Throws RetryableError when one does not go. */
export async function waitForEnd<Id extends number | string>(
  sessions: EndingSessions<Id>,
  signal: AbortSignal,
): Promise<void> {
  const started = performance.now();
  for (let round = 0; ; round++) {
    const left = await sessions.stillThere();
    if (left.length === 0) return;
    const waitedMs = performance.now() - started;
    if (waitedMs > END_WITHIN_MS) {
      throw new RetryableError(`sessions ${left.join(', ')} did not end within ${END_WITHIN_MS / 1000} s`, {
        code: 'sessions-remain',
        remedy: sessions.remedy,
      });
    }
    await sessions.press(left, round, waitedMs);
    await pause(LOOK_EVERY_MS, signal);
  }
}

/** Cancels what they do, then ends them: an idle one has nothing to cancel, and one at work may take that as its end. */
export function cancelThenEnd<Id>(
  cancel: (left: readonly Id[]) => Promise<void>,
  end: (left: readonly Id[]) => Promise<void>,
): EndingSessions<Id>['press'] {
  return async (left, round, waitedMs) => {
    if (round === 0) await cancel(left);
    else if (round === 1 || waitedMs > CANCEL_FOR_MS) await end(left);
  };
}
