import type { AttemptOptions, StepAttempt } from '../../../app/ports/engine.ts';
import { FatalError } from '../../../core/errors.ts';
import type { Step } from '../../../core/plan/plan.ts';
import { assertFence } from '../ledger/fence.ts';
import { doneStatement } from '../ledger/journal.ts';
import { literal } from '../quote.ts';
import type { OwnSession } from '../session/session.ts';
import { lockTimeoutStatement } from '../session/settings.ts';
import { type Attempt, orLocked } from './attempt.ts';
import { inStep } from './step-error.ts';

/**
 * Fence check, statements and journal row in one transaction. Each statement is a batch of its own, as the server
 * demands of some of them, and as names of columns that an earlier one has added are only known to a later batch. A
 * client that dies meanwhile takes the transaction with it; the last message commits it together with the journal row.
 */
export async function attemptInTransaction(attempt: Attempt, session: OwnSession): Promise<StepAttempt> {
  const { step, options } = attempt;
  const { lockTimeoutMs } = options;
  return orLocked(attempt, session, lockTimeoutMs, async () => {
    await session.read(`${keepOwn(lockTimeoutMs)} BEGIN TRANSACTION;`);
    await session.read(assertFence, { fence: options.fence });
    for (const [index, statement] of step.statements.entries()) {
      await session.read(statement).catch((error: unknown) => {
        throw inStep(error, index, step.statements.length);
      });
      await standing(session, index, step.statements.length, lockTimeoutMs);
    }
    await session.write(`step ${step.id}`, commitScript(step, options));
    return { kind: 'done', alreadyDone: false };
  });
}

/** What no statement of an author may change: how long is waited for a lock, and that an error undoes everything. */
const keepOwn = (lockTimeoutMs: number): string =>
  `SET XACT_ABORT ON; SET IMPLICIT_TRANSACTIONS OFF; ${lockTimeoutStatement(lockTimeoutMs)}`;

/** Without the guard a commit of the author's would let the rest be done outside of any transaction. */
async function standing(
  session: OwnSession,
  index: number,
  total: number,
  lockTimeoutMs: number,
): Promise<void> {
  const [row] = await session.read<{ depth: string }>(
    `${keepOwn(lockTimeoutMs)} SELECT @@TRANCOUNT AS depth;`,
  );
  if (row?.depth === '1') return;
  await session.read('IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;');
  throw new FatalError(`statement ${index + 1} of ${total} ends or begins a transaction of its own`, {
    code: 'own-transaction',
    remedy: 'leave BEGIN TRANSACTION, COMMIT and ROLLBACK out: the step is one transaction',
  });
}

/**
 * The statement of the journal and the commit in one message: once the server has it, nothing is in doubt for long. A
 * batch and no call, for which the server reports error 266 when it ends a transaction that it has not begun.
 */
const commitScript = (step: Step, { runId, fence }: AttemptOptions): string =>
  `DECLARE @run nvarchar(128) = ${literal(runId)}, @step nvarchar(64) = ${literal(step.id)},
  @title nvarchar(max) = ${literal(step.title)}, @fence bigint = ${fence};
${doneStatement}
COMMIT TRANSACTION;`;
