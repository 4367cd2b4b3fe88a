import type { Clock } from '../../app/ports/clock.ts';

/** A clock that wants to know when real work is in flight, because its own time stands still meanwhile. */
export interface BusyClock extends Clock {
  /** Runs `work` as real work (a Lambda invocation, a database copy) and returns what it returns. */
  busy<T>(work: () => Promise<T>): Promise<T>;
}

/** Runs real work, telling the clock about it if the clock cares. */
export function runBusy<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  return isBusyClock(clock) ? clock.busy(work) : work();
}

function isBusyClock(clock: Clock): clock is BusyClock {
  return 'busy' in clock && typeof clock.busy === 'function';
}
