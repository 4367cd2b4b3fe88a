import type { AttemptOptions, StepAttempt } from '../../../app/ports/engine.ts';
import type { Step } from '../../../core/plan/plan.ts';
import { endOf, type Patience, type WorkingSession, waitForServer } from '../../detached.ts';
import { takeForStep } from '../../target.ts';
import type { Connection } from '../session/connection.ts';
import { endSessions } from '../session/end-sessions.ts';
import type { OwnSession } from '../session/session.ts';
import {
  isIdle,
  isOfRun,
  type LockHolder,
  lockTarget,
  targetBusy,
  targetHolders,
} from '../session/target-lock.ts';
import { OverdueWait, watchBlockers } from './blockers.ts';
import { countUnattended } from './journal.ts';
import { readProgress } from './progress.ts';

/** One attempt at a step: what is asked for, and until when the caller waits (`performance.now()` time). */
export interface Attempt {
  readonly connection: Connection;
  readonly step: Step;
  readonly options: AttemptOptions;
  readonly deadline: number;
}

/**
 * Waits while the server works on this step for an earlier client of ours; `running` when the caller's time
 * is up, null when nobody works on it (any more).
 */
export function atWork(attempt: Attempt): Promise<StepAttempt | null> {
  const wait = new OverdueWait();
  return waitForServer(() => findWorking(attempt, wait), patienceOf(attempt));
}

async function findWorking(attempt: Attempt, wait: OverdueWait): Promise<WorkingSession | null> {
  const { connection, step, options } = attempt;
  const holder = (await targetHolders(connection)).find(
    (one) => !one.shared && one.runId === options.runId && one.role === step.id,
  );
  if (holder === undefined) return null;
  return {
    isIdle: isIdle(holder),
    end: () => endSessions(connection, [holder], connection.signal),
    endOverdueWait: () => wait.end(connection, holder.id, options.lockTimeoutMs),
    progress: () => readProgress(connection, holder.id),
  };
}

const patienceOf = ({ connection, deadline }: Attempt): Patience => ({ deadline, signal: connection.signal });

/** Runs `work` in a session of the step's own that holds the target alone. Throws RetryableError when it is held. */
export async function withTarget<T>(attempt: Attempt, work: (session: OwnSession) => Promise<T>): Promise<T> {
  const { connection, step, options } = attempt;
  const session = await connection.more(options.runId, step.id, 'detached');
  try {
    await takeForStep<LockHolder>(
      {
        lock: () => lockTarget(session),
        holders: () => targetHolders(session),
        isOurs: (one) => isOfRun(one, options.runId) && !one.shared && isIdle(one),
        end: (holders) => endSessions(session, holders, connection.signal),
      },
      targetBusy,
    );
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
): Promise<StepAttempt | null> {
  const watch = watchBlockers(attempt.connection, session.id, attempt.options.lockTimeoutMs);
  const end = await endOf(session.write(effect, script), watch, patienceOf(attempt));
  if (end === 'ended') return null;
  return end === 'running' ? leave(attempt, session) : end;
}

async function leave({ connection, step, options }: Attempt, session: OwnSession): Promise<StepAttempt> {
  try {
    const progress = await readProgress(connection, session.id);
    await countUnattended(connection, step, options);
    return { kind: 'running', progress };
  } finally {
    session.abandon();
  }
}
