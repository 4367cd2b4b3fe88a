import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits real milliseconds. What the server does takes real time whatever the clock port says: waiting for it
 * on a virtual clock would be no waiting at all.
 */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal });
}

/** Asks again every `everyMs` until the answer is not null or `forMs` have passed (then null). */
export async function poll<T>(
  ask: () => Promise<T | null>,
  forMs: number,
  everyMs: number,
  signal: AbortSignal,
): Promise<T | null> {
  const deadline = performance.now() + forMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null || performance.now() + everyMs > deadline) return answer;
    await pause(everyMs, signal);
  }
}
