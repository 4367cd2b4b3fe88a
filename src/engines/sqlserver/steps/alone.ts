import type { StepAttempt } from '../../../app/ports/engine.ts';
import { AmbiguousError, FatalError } from '../../../core/errors.ts';
import type { Step } from '../../../core/plan/plan.ts';
import { serverErrorOf } from '../errors.ts';
import { assertFence } from '../ledger/fence.ts';
import type { OwnSession } from '../session/session.ts';
import { lockTimeoutStatement } from '../session/settings.ts';
import { type AloneStatement, readAloneStatement } from './alone-statement.ts';
import { type Attempt, orLocked } from './attempt.ts';
import { type StepRow, withdrawIntent, writeDone, writeIntent } from './journal.ts';
import { asResumable, pausedAttempt, resumeStatement } from './resumable.ts';
import { confirm, isInEffect, look, pausedBuild } from './standing.ts';
import { inStep } from './step-error.ts';

const DONE: StepAttempt = { kind: 'done', alreadyDone: false };

/** “The operation elapsed time exceeded the maximum time specified for this operation”: a build has paused itself. */
const MAX_DURATION_REACHED = 3643;

/** An attempt at a statement outside transactions, with what it works with. */
interface AloneAttempt extends Attempt {
  readonly text: string;
  readonly statement: AloneStatement;
  /** Holds the target; the author's settings are in force in it. */
  readonly session: OwnSession;
}

/**
 * A statement that the server refuses inside a transaction: write the intent, look, act, look again, journal. The
 * session holds the target alone all the while. A resumable build that was interrupted is taken up where it was; what
 * else was interrupted has been undone by the server, or cannot be told.
 */
export async function attemptAlone(
  attempt: Attempt,
  session: OwnSession,
  row: StepRow | null,
): Promise<StepAttempt> {
  const { step, options } = attempt;
  const text = step.statements.at(-1) ?? '';
  const statement = readAloneStatement(text);
  const own = { ...attempt, text, statement, session };
  for (const [index, setting] of step.statements.slice(0, -1).entries()) {
    await session.read(setting).catch((error: unknown) => {
      throw inStep(error, index, step.statements.length);
    });
  }
  if (row?.state !== 'intended') {
    const note = await look(session, step, statement);
    if (note.present) {
      await writeDone(session, step, options);
      return DONE;
    }
    await writeIntent(session, step, options, note);
    return act(own, text);
  }
  // The intent may be that of an earlier worker, and this one the straggler.
  await session.read(assertFence, { fence: options.fence });
  if (await isInEffect(session, statement)) {
    await writeDone(session, step, options);
    return DONE;
  }
  refuseUnverifiable(step, statement);
  return act(own, (await resumeText(own)) ?? text);
}

async function resumeText({ connection, statement }: AloneAttempt): Promise<string | null> {
  const resumable = asResumable(statement);
  if (resumable === null) return null;
  const paused = await pausedBuild(connection, resumable.table);
  return paused === null ? null : resumeStatement(resumable, paused);
}

/** Runs the statement; when it fails and nothing of it is left, the intent is withdrawn. */
async function act(attempt: AloneAttempt, text: string): Promise<StepAttempt> {
  const { step, options, statement, session } = attempt;
  const { concurrentLockTimeoutMs } = options;
  try {
    const outcome = await orLocked(attempt, session, concurrentLockTimeoutMs, async () => {
      await session.read(lockTimeoutStatement(concurrentLockTimeoutMs));
      await session.write(`step ${step.id}`, text);
      return DONE;
    });
    if (outcome.kind !== 'done') {
      await withdrawIfAbsent(attempt);
      return outcome;
    }
    await confirm(session, step, statement);
    await writeDone(session, step, options);
    return DONE;
  } catch (error) {
    const paused = await pausedAfter(attempt, error);
    if (paused !== null) return paused;
    if (error instanceof AmbiguousError || session.lost) throw error;
    await withdrawIfAbsent(attempt);
    throw inStep(error, step.statements.length - 1, step.statements.length);
  }
}

/** A build that has reached the end of its time is no failure: it goes on with the next attempt. */
async function pausedAfter(
  { connection, statement }: AloneAttempt,
  error: unknown,
): Promise<StepAttempt | null> {
  const resumable = asResumable(statement);
  if (resumable === null || !(serverErrorOf(error)?.numbers.includes(MAX_DURATION_REACHED) ?? false))
    return null;
  const paused = await pausedBuild(connection, resumable.table);
  return paused === null ? null : pausedAttempt(paused);
}

/** A paused build is not absent: its intent stays, so that it is taken up again or given up by the step that undoes it. */
async function withdrawIfAbsent(attempt: AloneAttempt): Promise<void> {
  const { step, options, statement, session } = attempt;
  if (statement.does === 'unverifiable' || (await resumeText(attempt)) !== null) return;
  if (!(await isInEffect(session, statement))) await withdrawIntent(session, step, options);
}

function refuseUnverifiable(step: Step, statement: AloneStatement): void {
  if (statement.does !== 'unverifiable') return;
  throw new FatalError(`step ${step.id} was begun and nobody can tell whether it took effect`, {
    code: 'unverifiable-step',
    remedy: `look at the database; if it is in effect: UPDATE lockkeeper.step SET state = 'done', finished_at = SYSUTCDATETIME() WHERE step = '${step.id}' and this run; if not, set the state to 'attempted'; then resume`,
  });
}
