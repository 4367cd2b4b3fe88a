import type { StepAttempt, StepProgress } from '../app/ports/engine.ts';
import { RetryableError } from '../core/errors.ts';
import type { BlockerWatch } from './blocker-watch.ts';
import { pause } from './pause.ts';

const LOOK_EVERY_MS = 100;

/** How long the caller of a step waits for the server. */
export interface Patience {
  /** `performance.now()` time. */
  readonly deadline: number;
  readonly signal: AbortSignal;
}

/** A session in which the server works on a step for an earlier client of ours. */
export interface WorkingSession {
  /** It has lost its client between two statements, or after the end. */
  readonly isIdle: boolean;
  end(): Promise<void>;
  /** Ends a wait for a lock that its lock timeout does not end. */
  endOverdueWait(): Promise<unknown>;
  progress(): Promise<StepProgress | null>;
}

/**
 * Waits while the server works on a step; `running` when the caller's time is up, null when nobody works on it (any
 * more). A session that sits idle is ended.
 */
export async function waitForServer(
  find: () => Promise<WorkingSession | null>,
  { deadline, signal }: Patience,
): Promise<StepAttempt | null> {
  for (;;) {
    const session = await find();
    if (session === null) return null;
    if (session.isIdle) await session.end();
    else if (performance.now() >= deadline || signal.aborted) {
      return { kind: 'running', progress: await session.progress() };
    } else {
      await session.endOverdueWait().catch(() => false);
      await pause(LOOK_EVERY_MS, signal).catch(() => undefined);
    }
  }
}

/** How a statement of the server's stands when its end has come, or the end of the caller's patience. */
export type StatementEnd = 'ended' | 'running' | Extract<StepAttempt, { kind: 'locked' }>;

/**
 * Waits for the end of a statement that the server goes on with when the caller's time is up. A lock not granted in
 * time is `locked`; every other error is thrown.
 */
export async function endOf(
  statement: Promise<unknown>,
  watch: BlockerWatch,
  patience: Patience,
): Promise<StatementEnd> {
  // When the server is left alone with it, this promise is rejected with nobody listening.
  statement.catch(() => undefined);
  try {
    const ended = statement.then(() => true);
    return (await Promise.race([ended, timeIsUp(ended, patience)])) ? 'ended' : 'running';
  } catch (error) {
    const waited =
      error instanceof RetryableError &&
      (error.code === 'lock-timeout' || (error.code === 'statement-timeout' && (await watch.ended())));
    if (waited) return { kind: 'locked', blockers: watch.seen() };
    throw error;
  } finally {
    watch.stop();
  }
}

/** Resolves to false when the caller's time is up or the caller gave up. */
async function timeIsUp(ended: Promise<unknown>, { deadline, signal }: Patience): Promise<false> {
  const over = new AbortController();
  ended.catch(() => undefined).finally(() => over.abort());
  const either = AbortSignal.any([over.signal, signal]);
  await pause(Math.max(deadline - performance.now(), 0), either).catch(() => undefined);
  // When the statement's end is what stopped the wait, that end has the word.
  if (over.signal.aborted) await ended;
  return false;
}
