import type { AttemptOptions, StepAttempt } from '../../../app/ports/engine.ts';
import { FatalError } from '../../../core/errors.ts';
import type { Step, UndoStep } from '../../../core/plan/plan.ts';
import { carryStep } from '../../carry-step.ts';
import type { Connection } from '../session/connection.ts';
import type { OwnSession } from '../session/session.ts';
import { attemptAlone } from './alone.ts';
import { type Attempt, atWork, withTarget } from './detached.ts';
import { attemptInTransaction } from './in-transaction.ts';
import { readStep, type StepRow } from './journal.ts';

/** Carries one step as far as it gets within `waitMs`; safe to repeat, whatever died meanwhile. */
export async function attemptStep(
  connection: Connection,
  step: Step | UndoStep,
  options: AttemptOptions,
): Promise<StepAttempt> {
  const attempt: Attempt = { connection, step, options, deadline: performance.now() + options.waitMs };
  return carryStep<OwnSession, StepRow>({
    step,
    atWork: () => atWork(attempt),
    withTarget: (work) => withTarget(attempt, work),
    readRow: (session) => readStep(session ?? connection, options.runId, step.id),
    async carryOut(session, row) {
      if (step.mode === 'transaction') return attemptInTransaction(attempt, session);
      return attemptAlone(attempt, session, row);
    },
    leftTooOften: (times) => leftTooOften(step, times),
  });
}

export const leftTooOften = (step: Step, times: number): FatalError =>
  new FatalError(
    `step ${step.id} ran on the server ${times} times after its client had left and never took effect`,
    {
      code: 'failed-unattended',
      remedy: `look for its error in the server's log under the application name that ends in /${step.id}`,
    },
  );
