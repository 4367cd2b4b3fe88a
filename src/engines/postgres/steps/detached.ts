import type { AttemptOptions, StepAttempt } from '../../../app/ports/engine.ts';
import { type AmbiguousError, RetryableError } from '../../../core/errors.ts';
import type { Step } from '../../../core/plan/plan.ts';
import { pause } from '../../pause.ts';
import type { Connection } from '../session/connection.ts';
import { endSessions } from '../session/end-sessions.ts';
import type { OwnSession } from '../session/session.ts';
import { applicationName } from '../session/tag.ts';
import { isOfRun, type LockHolder, lockTarget, targetBusy, targetHolders } from '../session/target-lock.ts';
import { endOverdueWait, watchBlockers } from './blockers.ts';
import { countUnattended } from './journal.ts';
import { readProgress } from './progress.ts';

const LOOK_EVERY_MS = 100;

/** One attempt at a step: what is asked for, and until when the caller waits (`performance.now()` time). */
export interface Attempt {
  readonly connection: Connection;
  readonly step: Step;
  readonly options: AttemptOptions;
  readonly deadline: number;
}

/**
 * Waits while the server works on this step for an earlier client of ours; `running` when the caller's time
 * is up, null when nobody works on it (any more). A session that sits idle on the lock has lost its client
 * between two statements, or after the end: it is ended.
 */
export async function atWork(attempt: Attempt): Promise<StepAttempt | null> {
  const { connection, step, options } = attempt;
  const name = applicationName({ runId: options.runId, role: step.id });
  for (;;) {
    const holder = (await targetHolders(connection)).find((one) => one.applicationName === name);
    if (holder === undefined) return null;
    if (holder.state?.startsWith('idle')) await endSessions(connection, [holder], connection.signal);
    else if (performance.now() >= attempt.deadline || connection.signal.aborted) {
      return { kind: 'running', progress: await readProgress(connection, holder.pid) };
    } else {
      await endOverdueWait(connection, holder.pid, lockTimeoutOf(attempt)).catch(() => false);
      await pause(LOOK_EVERY_MS, connection.signal).catch(() => undefined);
    }
  }
}

/** Modes behind which readers or writers queue while they are waited for. */
const queuing: ReadonlySet<string> = new Set([
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'EXCLUSIVE',
  'ACCESS EXCLUSIVE',
]);

/** How long the step may wait for a lock, in ms. A concurrent build holds nobody up; VACUUM FULL would. */
export function lockTimeoutOf({ step, options }: Attempt): number {
  const patient = step.mode === 'alone' && !queuing.has(step.lock?.mode ?? '');
  return patient ? options.concurrentLockTimeoutMs : options.lockTimeoutMs;
}

/** Runs `work` in a session of the step's own that holds the target alone. Throws RetryableError when it is held. */
export async function withTarget<T>(attempt: Attempt, work: (session: OwnSession) => Promise<T>): Promise<T> {
  const { connection, step, options } = attempt;
  const session = await connection.more(options.runId, step.id, 'detached');
  try {
    if (!(await lockTarget(session))) {
      const holders = await targetHolders(session);
      const isLeftover = (one: LockHolder): boolean =>
        isOfRun(one, options.runId) && !one.shared && one.state?.startsWith('idle') === true;
      if (!holders.every(isLeftover)) throw targetBusy(holders);
      await endSessions(session, holders, connection.signal);
      if (!(await lockTarget(session))) throw targetBusy(await targetHolders(session));
    }
    return await work(session);
  } finally {
    await connection.release(session);
  }
}

/**
 * Sends a script and waits for its end; the server goes on when the caller's time is up. Null: it ended well.
 * A lock not granted in time is `locked`; every other error is thrown.
 */
export async function runDetached(
  attempt: Attempt,
  session: OwnSession,
  effect: string,
  script: string,
  lockTimeoutMs: number,
): Promise<StepAttempt | null> {
  const { connection } = attempt;
  const watch = watchBlockers(connection, session.pid, lockTimeoutMs);
  const statement = session.write(effect, script);
  // When the server is left alone with it, this promise is rejected with nobody listening.
  statement.catch(() => undefined);
  try {
    const ended = statement.then(() => true);
    if (await Promise.race([ended, timeIsUp(attempt, ended)])) return null;
  } catch (error) {
    const waited =
      error instanceof RetryableError &&
      (error.code === 'lock-timeout' || (error.code === 'statement-timeout' && watch.ended()));
    if (waited) return { kind: 'locked', blockers: watch.seen() };
    throw error;
  } finally {
    watch.stop();
  }
  return leave(attempt, session);
}

async function leave({ connection, step, options }: Attempt, session: OwnSession): Promise<StepAttempt> {
  try {
    const progress = await readProgress(connection, session.pid);
    await countUnattended(connection, step, options);
    return { kind: 'running', progress };
  } finally {
    session.abandon();
  }
}

/** Resolves to false when the caller's time is up or the caller gave up. */
async function timeIsUp({ connection, deadline }: Attempt, ended: Promise<unknown>): Promise<false> {
  const over = new AbortController();
  ended.catch(() => undefined).finally(() => over.abort());
  const signal = AbortSignal.any([over.signal, connection.signal]);
  await pause(Math.max(deadline - performance.now(), 0), signal).catch(() => undefined);
  // When the statement's end is what stopped the wait, that end has the word.
  if (over.signal.aborted) await ended;
  return false;
}

/** A lost reply is settled by what the server and the journal say. */
export async function settle(
  attempt: Attempt,
  error: AmbiguousError,
  look: () => Promise<boolean>,
): Promise<StepAttempt> {
  const running = await atWork(attempt);
  if (running !== null) return running;
  if (await look()) return { kind: 'done', alreadyDone: false };
  throw new RetryableError(
    `step ${attempt.step.id}: the connection was lost and the step did not take effect`,
    {
      code: 'connection-lost',
      cause: error,
    },
  );
}
