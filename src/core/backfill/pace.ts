/**
 * Milliseconds to pause after a batch that kept the server busy for `busyMs`, so that work takes the share
 * `pace` of the time: at 0.7, 70 ms of work are followed by 30 ms of pause.
 * @param pace 0 < pace ≤ 1; 1 never pauses
 */
export function pauseAfter(busyMs: number, pace: number): number {
  if (!(pace > 0 && pace <= 1)) throw new RangeError(`pace must be above 0 and at most 1, not ${pace}`);
  if (!(busyMs > 0)) return 0;
  return (busyMs * (1 - pace)) / pace;
}

/** Below this a batch is mostly its own commit. */
const shortestTargetMs = 20;

/**
 * Milliseconds that a batch aims at: who gives the work a share of the time asks for shorter waits as well, and a
 * writer that meets a row of a batch waits for its end.
 * @param targetMs of a batch at full pace
 */
export const pacedTarget = (targetMs: number, pace: number): number =>
  Math.min(targetMs, Math.max(shortestTargetMs, targetMs * pace));
