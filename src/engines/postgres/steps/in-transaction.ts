import type { StepAttempt } from '../../../app/ports/engine.ts';
import type { OwnSession } from '../session/session.ts';
import { type Attempt, runDetached } from './detached.ts';
import { doneStatement } from './journal.ts';
import { inStep, stepScript } from './step-error.ts';

/**
 * Fence check, statements and journal row in one transaction and one message: once the server has it,
 * all of it or nothing takes effect, whether or not anyone waits for the answer.
 */
export async function attemptInTransaction(attempt: Attempt, session: OwnSession): Promise<StepAttempt> {
  const { step, options } = attempt;
  const script = stepScript(
    [
      'BEGIN',
      `SET LOCAL lock_timeout = ${options.lockTimeoutMs}`,
      `SELECT lockkeeper.assert_fence(${options.fence})`,
    ],
    step,
    [doneStatement(step, options), 'COMMIT'],
  );
  try {
    const left = await runDetached(attempt, session, `step ${step.id}`, script.text, options.lockTimeoutMs);
    return left ?? { kind: 'done', alreadyDone: false };
  } catch (error) {
    throw inStep(error, script);
  }
}
