import type { StepAttempt } from '../../../app/ports/engine.ts';
import type { OwnSession } from '../session/session.ts';
import { type Attempt, runDetached } from './detached.ts';
import { doneStatement } from './journal.ts';
import { keepOwnLocally } from './own-settings.ts';
import { inStep, stepScript } from './step-error.ts';

/**
 * Fence check, statements and journal row in one transaction and one message: once the server has it,
 * all of it or nothing takes effect, whether or not anyone waits for the answer.
 */
export async function attemptInTransaction(attempt: Attempt, session: OwnSession): Promise<StepAttempt> {
  const { step, options } = attempt;
  const keepOwn = keepOwnLocally(session, options.lockTimeoutMs);
  const script = stepScript(step.statements, {
    before: ['BEGIN', keepOwn, `SELECT lockkeeper.assert_fence(${options.fence})`],
    // Whatever a statement has set, a DO block or a function for instance: no lock is waited for without end.
    afterEach: [keepOwn],
    // The author's role may not write to the journal.
    after: ['RESET SESSION AUTHORIZATION', 'RESET ROLE', doneStatement(step, options), 'COMMIT'],
  });
  try {
    const left = await runDetached(attempt, session, `step ${step.id}`, script.text, options.lockTimeoutMs);
    return left ?? { kind: 'done', alreadyDone: false };
  } catch (error) {
    throw inStep(error, script);
  }
}
