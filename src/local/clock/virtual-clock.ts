import { AsyncLocalStorage } from 'node:async_hooks';
import type { BusyClock } from './busy-clock.ts';

interface Timer {
  readonly deadline: number;
  readonly order: number;
  fire(): void;
}

/** One piece of real work; it does not count as busy while it sleeps on the clock itself. */
interface Work {
  sleepers: number;
}

/**
 * Event loop turns without any clock activity after which the program counts as waiting.
 * One turn drains microtasks and queued immediates; the second one drains what those queued.
 */
const QUIET_TURNS = 2;

/**
 * A clock on which waiting costs nothing: when no real work is in flight and the event loop has
 * drained, time jumps to the earliest timer. Timers fire one at a time, in order of their deadline and,
 * for equal deadlines, in the order in which they were set, each after the previous one's consequences.
 *
 * Only work passed to `busy` holds time back; other I/O (a test's own HTTP call) does not. Work that
 * sleeps on this clock lets time go on until it wakes, so what it does meanwhile needs a `busy` of its own.
 */
export class VirtualClock implements BusyClock {
  readonly #work = new Set<Work>();
  readonly #current = new AsyncLocalStorage<Work | undefined>();
  #timers: Timer[] = [];
  #now: number;
  #order = 0;
  #activity = 0;
  #watching = false;

  /** @param start milliseconds since the Unix epoch at which this clock begins */
  constructor(start = Date.UTC(2026, 0, 1)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const work = this.#current.getStore();
    if (work) work.sleepers += 1;
    return new Promise<void>((resolve, reject) => {
      const end = (settle: () => void): void => {
        signal?.removeEventListener('abort', onAbort);
        this.#timers = this.#timers.filter((other) => other !== timer);
        if (work) work.sleepers -= 1;
        this.#stir();
        settle();
      };
      const onAbort = (): void => end(() => reject(signal?.reason));
      const deadline = this.#now + Math.max(0, ms);
      const timer: Timer = { deadline, order: this.#order++, fire: () => end(resolve) };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#timers.push(timer);
      this.#stir();
    });
  }

  async busy<T>(work: () => Promise<T>): Promise<T> {
    const mark: Work = { sleepers: 0 };
    this.#work.add(mark);
    try {
      return await this.#current.run(mark, work);
    } finally {
      this.#work.delete(mark);
      this.#stir();
    }
  }

  /** Something happened: start counting quiet turns anew. */
  #stir(): void {
    this.#activity += 1;
    if (this.#watching) return;
    this.#watching = true;
    // Outside the caller's work, or the watcher would count as part of it.
    this.#current.run(undefined, () => this.#watch(this.#activity, 0));
  }

  #watch(seen: number, quietTurns: number): void {
    setImmediate(() => {
      if (this.#isBusy() || this.#timers.length === 0) {
        this.#watching = false;
      } else if (seen !== this.#activity) {
        this.#watch(this.#activity, 0);
      } else if (quietTurns + 1 < QUIET_TURNS) {
        this.#watch(seen, quietTurns + 1);
      } else {
        this.#jump();
        this.#watch(this.#activity, 0);
      }
    });
  }

  #jump(): void {
    const next = this.#timers.reduce((a, b) => (isBefore(b, a) ? b : a));
    this.#now = Math.max(this.#now, next.deadline);
    next.fire();
  }

  #isBusy(): boolean {
    for (const work of this.#work) if (work.sleepers === 0) return true;
    return false;
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.deadline < b.deadline || (a.deadline === b.deadline && a.order < b.order);
}
