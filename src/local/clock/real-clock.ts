import type { Clock } from '../../app/ports/clock.ts';

/** Node fires a timer of more than 2^31 - 1 ms at once, so longer sleeps are taken in parts. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's own clock. */
export class RealClock implements Clock {
  now(): number {
    return Date.now();
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const deadline = this.now() + Math.max(0, ms);
    do {
      await sleepOnce(Math.min(deadline - this.now(), LONGEST_TIMER_MS), signal);
    } while (this.now() < deadline);
  }
}

function sleepOnce(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
