import type { AttemptOptions, StepAttempt } from '../../../app/ports/engine.ts';
import { AmbiguousError, FatalError } from '../../../core/errors.ts';
import type { Step, UndoStep } from '../../../core/plan/plan.ts';
import type { Connection } from '../session/connection.ts';
import { attemptAlone } from './alone.ts';
import { type Attempt, atWork, settle, withTarget } from './attempt.ts';
import { attemptInTransaction } from './in-transaction.ts';
import { readStep, type StepRow } from './journal.ts';
import { abortPausedBuilds } from './resumable.ts';

/** A step that was left this often, with nobody who waited for it, is not begun again: it would fail again. */
const UNATTENDED_LIMIT = 3;

/** Carries one step as far as it gets within `waitMs`; safe to repeat, whatever died meanwhile. */
export async function attemptStep(
  connection: Connection,
  step: Step | UndoStep,
  options: AttemptOptions,
): Promise<StepAttempt> {
  const attempt: Attempt = { connection, step, options, deadline: performance.now() + options.waitMs };
  const running = await atWork(attempt);
  if (running !== null) return running;
  try {
    return await withTarget(attempt, async (session) => {
      // Read under the lock: nobody else can be about to do it.
      const row = await readStep(session, options.runId, step.id);
      if (row?.state === 'done') return { kind: 'done', alreadyDone: true };
      refuseHopeless(step, row);
      await abortPausedBuilds(connection, session, step);
      if (step.mode === 'transaction') return attemptInTransaction(attempt, session);
      return attemptAlone(attempt, session, row);
    });
  } catch (error) {
    if (!(error instanceof AmbiguousError)) throw error;
    return settle(attempt, error, async () => {
      const row = await readStep(connection, options.runId, step.id);
      return row?.state === 'done';
    });
  }
}

function refuseHopeless(step: Step, row: StepRow | null): void {
  if (row === null || row.unattended < UNATTENDED_LIMIT) return;
  throw new FatalError(
    `step ${step.id} was begun ${row.unattended} times and did not end before its client had to leave, with which this server undoes it`,
    {
      code: 'failed-unattended',
      remedy:
        'make it shorter (a backfill instead of one large statement, RESUMABLE = ON for an index), or run it with `lockkeeper run` from a machine that stays; then begin a new run',
    },
  );
}
