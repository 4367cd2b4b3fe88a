import type { StepAttempt } from '../../../app/ports/engine.ts';
import { assertFence } from '../ledger/fence.ts';
import type { OwnSession } from '../session/session.ts';
import { lockTimeoutStatement } from '../session/settings.ts';
import { type Attempt, runDetached } from './detached.ts';
import { doneStatement } from './journal.ts';
import { inStep, stepScript } from './step-error.ts';

/**
 * Fence check, statements and journal row in one transaction and one message: once the server has it, it goes through
 * to the end whether or not anyone waits for the answer, and all of it or nothing takes effect. The row of the step is
 * written last: while the author's statements run, the server may have to be counted as left alone with them.
 */
export async function attemptInTransaction(attempt: Attempt, session: OwnSession): Promise<StepAttempt> {
  const { step, options } = attempt;
  const keepOwn = lockTimeoutStatement(options.lockTimeoutMs);
  const script = stepScript(step.statements, {
    before: [keepOwn, 'START TRANSACTION', assertFence(session, options.fence)],
    // Whatever a statement has set: no lock is waited for without end.
    afterEach: [keepOwn],
    after: [doneStatement(session, step, options), 'COMMIT'],
  });
  try {
    const left = await runDetached(attempt, session, `step ${step.id}`, script.text);
    return left ?? { kind: 'done', alreadyDone: false };
  } catch (error) {
    throw inStep(error, script);
  }
}
