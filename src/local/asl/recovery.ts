import type { Recoverable, Retrier, State } from './definition.ts';
import { matchesError, RunAborted, toFailure } from './failure.ts';
import type { Json } from './json.ts';
import type { Step, Visit } from './visit.ts';

/**
 * Runs a state's work with its Retry and Catch. Each retrier counts its own attempts. A failing Assign or
 * Output is a failure of the state, so it is retried and caught as well; one in a catcher is not.
 */
export async function recover(
  visit: Visit,
  state: Recoverable & { readonly Type: State['Type'] },
  work: () => Promise<Json>,
): Promise<Step> {
  const { host } = visit.frame.run;
  const attempts = new Map<Retrier, number>();
  for (;;) {
    try {
      return await visit.finish(state, state.Next, { result: await work() });
    } catch (thrown) {
      if (thrown instanceof RunAborted) throw thrown;
      const failure = toFailure(thrown);
      const retrier = state.Retry?.find((candidate) => matchesError(candidate.ErrorEquals, failure));
      const attempt = retrier ? (attempts.get(retrier) ?? 0) : 0;
      if (retrier && attempt < (retrier.MaxAttempts ?? DEFAULTS.MaxAttempts)) {
        attempts.set(retrier, attempt + 1);
        visit.retryCount += 1;
        await host.clock.sleep(retryDelay(retrier, attempt, host.random), visit.frame.signal);
        continue;
      }
      if (state.Type !== 'Task') visit.frame.trail.record(`${state.Type}StateFailed`);
      const catcher = state.Catch?.find((candidate) => matchesError(candidate.ErrorEquals, failure));
      if (!catcher) throw failure;
      return visit.finish(catcher, catcher.Next, { errorOutput: failure.toErrorOutput() });
    }
  }
}

/** Of the States Language. */
const DEFAULTS = { IntervalSeconds: 1, BackoffRate: 2, MaxAttempts: 3 } as const;

/**
 * Milliseconds to wait before a retry.
 * @param attempt how often this retrier was used before
 */
export function retryDelay(retrier: Retrier, attempt: number, random: () => number): number {
  const { IntervalSeconds: interval = DEFAULTS.IntervalSeconds, BackoffRate: rate = DEFAULTS.BackoffRate } =
    retrier;
  const seconds = Math.min(interval * rate ** attempt, retrier.MaxDelaySeconds ?? Number.MAX_VALUE);
  const share = retrier.JitterStrategy === 'FULL' ? random() : 1;
  return Math.round(seconds * share * 1000);
}
