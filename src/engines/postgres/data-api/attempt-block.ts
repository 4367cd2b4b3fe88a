import type { AttemptOptions, StepAttempt } from '../../../app/ports/engine.ts';
import { FatalError, RetryableError } from '../../../core/errors.ts';
import type { Step, UndoStep } from '../../../core/plan/plan.ts';
import { carryStep } from '../../carry-step.ts';
import { endOf } from '../../detached.ts';
import { applicationName as applicationNameOf } from '../session/tag.ts';
import { targetBusy, targetHolders } from '../session/target-lock.ts';
import { leftTooOften } from '../steps/attempt-step.ts';
import { watchBlockers } from '../steps/blockers.ts';
import { type Attempt, atWork, patienceOf } from '../steps/detached.ts';
import { countUnattended, readStep, type StepRow } from '../steps/journal.ts';
import { inStep, stepScript } from '../steps/step-error.ts';
import type { DataApiLink } from './data-api-link.ts';
import { stepBlock } from './step-block.ts';

type BlockAttempt = Attempt<DataApiLink>;

/** Carries one step as far as it gets within `waitMs`; safe to repeat, whatever died meanwhile. */
export async function attemptBlock(
  connection: DataApiLink,
  step: Step | UndoStep,
  options: AttemptOptions,
): Promise<StepAttempt> {
  refuseAlone(step);
  const attempt = { connection, step, options, deadline: performance.now() + options.waitMs };
  return carryStep<null, StepRow>({
    step,
    atWork: () => atWork(attempt),
    // The block takes the target itself, and looks under its lock whether there is something left to do.
    withTarget: (work) => work(null),
    readRow: () => readStep(connection, options.runId, step.id),
    carryOut: () => carryOut(attempt),
    leftTooOften: (times) => leftTooOften(step, times),
  });
}

async function carryOut(attempt: BlockAttempt): Promise<StepAttempt> {
  try {
    return await send(attempt);
  } catch (error) {
    if (error instanceof RetryableError && error.code === 'target-busy') {
      throw targetBusy(await targetHolders(attempt.connection));
    }
    throw inStep(error, stepScript(attempt.step.statements));
  }
}

/** They would run without the target's lock and without a lock timeout: there is no session to set either for. */
function refuseAlone(step: Step): void {
  if (step.mode === 'transaction') return;
  throw new FatalError(`step ${step.id} runs outside transactions, which the Data API cannot guard`, {
    code: 'out-of-reach',
    remedy: 'use transport: direct for this target',
  });
}

async function send(attempt: BlockAttempt): Promise<StepAttempt> {
  const { connection, step, options } = attempt;
  let left = false;
  const block = connection.sendBlock(`step ${step.id}`, stepBlock(step, options)).then((end) => {
    left = end === 'left';
  });
  const applicationName = applicationNameOf({ runId: options.runId, role: step.id });
  const watch = watchBlockers(connection.looks, { applicationName }, options.lockTimeoutMs);
  const end = await endOf(block, watch, patienceOf(attempt));
  if (typeof end === 'object') return end;
  if (end === 'ended' && !left) return { kind: 'done', alreadyDone: false };
  // From here on nobody will hear how it ends.
  await countUnattended(connection, step, options);
  const running = await atWork(attempt);
  if (running !== null) return running;
  // The call is still waiting: it may not have come to the server yet.
  if (!left) return { kind: 'running', progress: null };
  if ((await readStep(connection, options.runId, step.id))?.state === 'done') {
    return { kind: 'done', alreadyDone: false };
  }
  throw new RetryableError(`step ${step.id}: the server ended it unheard, and it did not take effect`, {
    code: 'ended-unheard',
  });
}
