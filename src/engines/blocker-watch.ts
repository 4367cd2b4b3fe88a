import type { Blocker } from '../app/ports/engine.ts';
import { pause } from './pause.ts';

/** Shares of the lock timeout between two looks; several fit into it, so that a wait is seen before it ends. */
const LOOKS_PER_TIMEOUT = 3.3;
const LONGEST_LOOK_MS = 2_000;

export interface BlockerWatch {
  /** Who was last seen in the way. */
  readonly seen: () => readonly Blocker[];
  /**
   * Whether the wait went on beyond the lock timeout and was ended from outside. The ended statement may hear of it
   * sooner than who ended it, so that this waits for the look under way.
   */
  readonly ended: () => Promise<boolean>;
  readonly stop: () => void;
}

/** A session that may wait for locks, looked at from a second one. */
export interface Watched {
  /** Milliseconds between two looks at the least: looked at more often, the server has nothing new to tell. */
  readonly shortestLookMs: number;
  readBlockers(): Promise<readonly Blocker[]>;
  /** Ends a wait that its lock timeout does not end: code on the server can switch that off for itself. */
  endOverdueWait(blockers: readonly Blocker[]): Promise<boolean>;
}

/** Looks at who is in the way of a statement, until stopped. What cannot be read is not an error. */
export function watchBlockers(watched: Watched, lockTimeoutMs: number): BlockerWatch {
  const everyMs = Math.max(
    Math.min(lockTimeoutMs / LOOKS_PER_TIMEOUT, LONGEST_LOOK_MS),
    watched.shortestLookMs,
  );
  const stopped = new AbortController();
  let seen: readonly Blocker[] = [];
  let ended = false;
  let looking = Promise.resolve();
  const look = async (): Promise<void> => {
    const now = await watched.readBlockers();
    if (now.length > 0) seen = now;
    if (await watched.endOverdueWait(now)) ended = true;
  };
  const keepLooking = async (): Promise<void> => {
    for (;;) {
      await pause(everyMs, stopped.signal);
      looking = look();
      await looking;
    }
  };
  keepLooking().catch(() => undefined);
  return {
    seen: () => seen,
    async ended() {
      await looking.catch(() => undefined);
      return ended;
    },
    stop: () => stopped.abort(),
  };
}
