/** Signals that the server has no room to spare; `null` means it could not be read. */
export interface PressureReading {
  readonly replicationLagSeconds: number | null;
  /** Sessions of others waiting for a lock that one of our sessions holds. */
  readonly waitingForUs: number | null;
  /** Age in seconds of the oldest transaction of others. */
  readonly oldestTransactionSeconds: number | null;
}

export type Signal = keyof PressureReading;

/** Work stops when a signal reaches `stopAt` and goes on when it has fallen to `goAt`. */
export type ThrottleLimits = Readonly<Record<Signal, { readonly stopAt: number; readonly goAt: number }>>;

export const defaultThrottleLimits: ThrottleLimits = {
  /** Readers of a replica notice seconds, not tenths; below 10 s most replicas catch up by themselves. */
  replicationLagSeconds: { stopAt: 10, goAt: 5 },
  /** One waiter is everyday life beside short batches; a queue is not. */
  waitingForUs: { stopAt: 3, goAt: 1 },
  /** While it lasts, no dead row version of the backfill can be cleaned up: half an hour of bloat is enough. */
  oldestTransactionSeconds: { stopAt: 1800, goAt: 600 },
};

/** What the throttle remembers from one reading to the next. Plain data, empty at the start. */
export interface ThrottleState {
  /** Signals that have stopped the work, each with how often in a row it could not be read since. */
  readonly stopped: Readonly<Partial<Record<Signal, number>>>;
}

export const startThrottle: ThrottleState = { stopped: {} };

export type ThrottleDecision =
  | { readonly go: true }
  | {
      readonly go: false;
      /** `stop`: pause, then read again. `slow`: pause, then one batch may go whatever can be read. */
      readonly how: 'stop' | 'slow';
      readonly pauseMs: number;
      /** For people. */
      readonly because: string;
    };

/** Between two looks at a server that is to recover. */
const stoppedPauseMs = 1000;
/** Slower, not stopped: about a quarter of full speed with batches of 100 ms. */
const unreadablePauseMs = 300;
/** A probe often fails because of the very load that stopped the work; after this many it is simply broken. */
const unreadableUntilReleased = 30;

/** Decides whether the next batch may go, and what to remember for the next reading. */
export function throttle(
  state: ThrottleState,
  reading: PressureReading,
  limits: ThrottleLimits = defaultThrottleLimits,
): { readonly state: ThrottleState; readonly decision: ThrottleDecision } {
  const stopped: Partial<Record<Signal, number>> = {};
  const stopReasons: string[] = [];
  const unreadable: string[] = [];
  for (const signal of signals) {
    const value = readable(reading[signal]);
    const before = state.stopped[signal];
    if (value === null) unreadable.push(words[signal].name);
    const unreadSince = value === null ? (before ?? 0) + 1 : 0;
    if (!isStopped(value, before !== undefined, unreadSince, limits[signal])) continue;
    stopped[signal] = unreadSince;
    stopReasons.push(reasonToStop(signal, value, limits[signal].goAt));
  }
  return { state: { stopped }, decision: decide(stopReasons, unreadable) };
}

function isStopped(
  value: number | null,
  wasStopped: boolean,
  unreadSince: number,
  limit: ThrottleLimits[Signal],
): boolean {
  if (value === null) return wasStopped && unreadSince <= unreadableUntilReleased;
  return wasStopped ? value > limit.goAt : value >= limit.stopAt;
}

function decide(stopReasons: readonly string[], unreadable: readonly string[]): ThrottleDecision {
  if (stopReasons.length > 0)
    return { go: false, how: 'stop', pauseMs: stoppedPauseMs, because: stopReasons.join('; ') };
  if (unreadable.length === 0) return { go: true };
  const because = `slower: ${unreadable.join(' and ')} cannot be read`;
  return { go: false, how: 'slow', pauseMs: unreadablePauseMs, because };
}

function reasonToStop(signal: Signal, value: number | null, goAt: number): string {
  const { name, unit } = words[signal];
  const now = value === null ? 'cannot be read now' : `is ${rounded(value)}${unit}`;
  return `${name} ${now}, going on at ${rounded(goAt)}${unit}`;
}

const words: Readonly<Record<Signal, { readonly name: string; readonly unit: string }>> = {
  replicationLagSeconds: { name: 'replication lag', unit: ' s' },
  waitingForUs: { name: 'the number of sessions waiting for our locks', unit: '' },
  oldestTransactionSeconds: { name: 'the age of the oldest transaction', unit: ' s' },
};

/** In the order in which people see them. */
const signals = Object.keys(words) as readonly Signal[];

const readable = (value: number | null): number | null =>
  value !== null && Number.isFinite(value) && value >= 0 ? value : null;

const rounded = (value: number): number => Math.round(value * 10) / 10;
