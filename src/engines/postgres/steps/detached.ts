import type { AttemptOptions, StepAttempt } from '../../../app/ports/engine.ts';
import type { Step } from '../../../core/plan/plan.ts';
import { endOf, type Patience, type WorkingSession, waitForServer } from '../../detached.ts';
import { takeForStep } from '../../target.ts';
import type { Connection } from '../session/connection.ts';
import { endSessions } from '../session/end-sessions.ts';
import type { Link } from '../session/link.ts';
import type { OwnSession } from '../session/session.ts';
import { applicationName } from '../session/tag.ts';
import {
  isIdle,
  isOfRun,
  type LockHolder,
  lockTarget,
  targetBusy,
  targetHolders,
} from '../session/target-lock.ts';
import { endOverdueWait, watchBlockers } from './blockers.ts';
import { countUnattended } from './journal.ts';
import { readProgress } from './progress.ts';

/** One attempt at a step: what is asked for, and until when the caller waits (`performance.now()` time). */
export interface Attempt<Way extends Link = Connection> {
  readonly connection: Way;
  readonly step: Step;
  readonly options: AttemptOptions;
  readonly deadline: number;
}

/**
 * Waits while the server works on this step for an earlier client of ours; `running` when the caller's time
 * is up, null when nobody works on it (any more).
 */
export function atWork(attempt: Attempt<Link>): Promise<StepAttempt | null> {
  return waitForServer(() => findWorking(attempt), patienceOf(attempt));
}

async function findWorking(attempt: Attempt<Link>): Promise<WorkingSession | null> {
  const { connection, step, options } = attempt;
  const name = applicationName({ runId: options.runId, role: step.id });
  const holder = (await targetHolders(connection)).find((one) => one.applicationName === name);
  if (holder === undefined) return null;
  return {
    isIdle: isIdle(holder),
    end: () => endSessions(connection, [holder], connection.signal),
    endOverdueWait: () => endOverdueWait(connection, holder, lockTimeoutOf(attempt)),
    progress: () => readProgress(connection, holder.pid),
  };
}

export const patienceOf = ({ connection, deadline }: Attempt<Link>): Patience => ({
  deadline,
  signal: connection.signal,
});

/** Modes behind which readers or writers queue while they are waited for. */
const queuing: ReadonlySet<string> = new Set([
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'EXCLUSIVE',
  'ACCESS EXCLUSIVE',
]);

/** How long the step may wait for a lock, in ms. A concurrent build holds nobody up; VACUUM FULL would. */
export function lockTimeoutOf({ step, options }: Attempt<Link>): number {
  const patient = step.mode === 'alone' && !queuing.has(step.lock?.mode ?? '');
  return patient ? options.concurrentLockTimeoutMs : options.lockTimeoutMs;
}

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
  lockTimeoutMs: number,
): Promise<StepAttempt | null> {
  const watch = watchBlockers(attempt.connection, session, lockTimeoutMs);
  const end = await endOf(session.write(effect, script), watch, patienceOf(attempt));
  if (end === 'ended') return null;
  return end === 'running' ? leave(attempt, session) : end;
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
