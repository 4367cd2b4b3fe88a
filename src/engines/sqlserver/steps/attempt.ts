import type { AttemptOptions, StepAttempt } from '../../../app/ports/engine.ts';
import { RetryableError } from '../../../core/errors.ts';
import type { Step } from '../../../core/plan/plan.ts';
import { pause } from '../../pause.ts';
import { takeForStep } from '../../target.ts';
import type { Connection } from '../session/connection.ts';
import { endSessions } from '../session/end-sessions.ts';
import type { OwnSession } from '../session/session.ts';
import { applicationName } from '../session/tag.ts';
import { isOfRun, type LockHolder, lockTarget, targetBusy, targetHolders } from '../session/target-lock.ts';
import { isResumable } from './alone-statement.ts';
import { watchBlockers } from './blockers.ts';
import { countUnattended } from './journal.ts';
import { readProgress } from './progress.ts';

const LOOK_EVERY_MS = 100;

/**
 * Seconds that a session may hold the target without being asked anything before its client is taken for dead. The
 * statements of a step come one after the other, with a moment between them; the server itself ends a session when it
 * notices that its client has gone.
 */
const DEAD_AFTER_S = 10;

/** One attempt at a step: what is asked for, and until when the caller waits (`performance.now()` time). */
export interface Attempt {
  readonly connection: Connection;
  readonly step: Step;
  readonly options: AttemptOptions;
  readonly deadline: number;
}

/** Waits while a session works on this step; `running` when the caller's time is up, null when none does (any more). */
export async function atWork(attempt: Attempt): Promise<StepAttempt | null> {
  const { connection, step, options } = attempt;
  const name = applicationName({ runId: options.runId, role: step.id }, 'step');
  for (;;) {
    const holder = (await targetHolders(connection)).find((one) => one.applicationName === name);
    if (holder === undefined) return null;
    if (isDead(holder)) await endSessions(connection, [holder], connection.signal);
    else if (performance.now() >= attempt.deadline || connection.signal.aborted) {
      return { kind: 'running', progress: await readProgress(connection, step, holder.id) };
    } else await pause(LOOK_EVERY_MS, connection.signal).catch(() => undefined);
  }
}

const isDead = (holder: LockHolder): boolean => holder.idleSeconds >= DEAD_AFTER_S;

/**
 * Runs `work` in a session of the step's own that holds the target alone, and waits for it until the caller's time is
 * up. A statement of this server ends with its client; so the session then stays this program's, which goes on with
 * the step as long as it lives and the connection is not closed. Throws RetryableError when the target is held.
 */
export async function withTarget(
  attempt: Attempt,
  work: (session: OwnSession) => Promise<StepAttempt>,
): Promise<StepAttempt> {
  const { connection, step, options } = attempt;
  const session = await connection.more(options.runId, step.id, 'step');
  let working: Promise<StepAttempt>;
  try {
    await takeTarget(attempt, session);
    working = work(session);
  } catch (error) {
    await connection.release(session);
    throw error;
  }
  // Also when nobody waits for it any more.
  const ended = working.finally(() => connection.release(session));
  ended.catch(() => undefined);
  const left = await Promise.race([ended, timeIsUp(attempt, ended)]);
  return left ?? leave(attempt, session, ended);
}

function takeTarget({ connection, options }: Attempt, session: OwnSession): Promise<void> {
  return takeForStep<LockHolder>(
    {
      lock: () => lockTarget(session),
      holders: () => targetHolders(session),
      isOurs: (one) => isOfRun(one, options.runId) && !one.shared && isDead(one),
      end: (holders) => endSessions(session, holders, connection.signal),
    },
    targetBusy,
  );
}

/** Null when the caller's time is up; when the caller gave up, the end of what was cancelled has the word. */
async function timeIsUp(
  { connection, deadline }: Attempt,
  ended: Promise<StepAttempt>,
): Promise<StepAttempt | null> {
  const over = new AbortController();
  ended.catch(() => undefined).finally(() => over.abort());
  const signal = AbortSignal.any([over.signal, connection.signal]);
  await pause(Math.max(deadline - performance.now(), 0), signal).catch(() => undefined);
  return over.signal.aborted || connection.signal.aborted ? ended : null;
}

async function leave(
  { connection, step, options }: Attempt,
  session: OwnSession,
  ended: Promise<StepAttempt>,
): Promise<StepAttempt> {
  const progress = await readProgress(connection, step, session.id);
  // A resumable build loses nothing when it is left.
  if (!isResumable(step.statements.at(-1) ?? '')) {
    const counted = countUnattended(connection, step, options);
    // The step's own journal row may be locked by its transaction until it ends.
    await Promise.race([counted, ended.then(() => undefined)]).catch(() => undefined);
  }
  return { kind: 'running', progress };
}

/** Answers `locked`, with who was in the way, where a lock was not granted in time; every other error is thrown. */
export async function orLocked(
  { connection }: Attempt,
  session: OwnSession,
  lockTimeoutMs: number,
  act: () => Promise<StepAttempt>,
): Promise<StepAttempt> {
  const watch = watchBlockers(connection, session.id, lockTimeoutMs);
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof RetryableError) || error.code !== 'lock-timeout') throw error;
    return { kind: 'locked', blockers: watch.seen() };
  } finally {
    watch.stop();
  }
}
