import type { AttemptOptions, StepAttempt } from '../../../app/ports/engine.ts';
import { AmbiguousError, FatalError, RetryableError } from '../../../core/errors.ts';
import type { Step, UndoStep } from '../../../core/plan/plan.ts';
import { endOf } from '../../detached.ts';
import { applicationName as applicationNameOf } from '../session/tag.ts';
import { targetBusy, targetHolders } from '../session/target-lock.ts';
import { refuseHopeless } from '../steps/attempt-step.ts';
import { watchBlockers } from '../steps/blockers.ts';
import { type Attempt, atWork, patienceOf, settle } from '../steps/detached.ts';
import { countUnattended, readStep } from '../steps/journal.ts';
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
  const running = await atWork(attempt);
  if (running !== null) return running;
  const row = await readStep(connection, options.runId, step.id);
  if (row?.state === 'done') return { kind: 'done', alreadyDone: true };
  refuseHopeless(step, row);
  try {
    return await send(attempt);
  } catch (error) {
    if (error instanceof AmbiguousError) return settle(attempt, error, () => isDone(attempt));
    if (error instanceof RetryableError && error.code === 'target-busy') {
      throw targetBusy(await targetHolders(connection));
    }
    throw inStep(error, stepScript(step.statements));
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
  if (await isDone(attempt)) return { kind: 'done', alreadyDone: false };
  throw new RetryableError(`step ${step.id}: the server ended it unheard, and it did not take effect`, {
    code: 'ended-unheard',
  });
}

async function isDone({ connection, step, options }: BlockAttempt): Promise<boolean> {
  return (await readStep(connection, options.runId, step.id))?.state === 'done';
}
