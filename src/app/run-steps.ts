import { type Failure, LockkeeperError, toFailure } from '../core/errors.ts';
import type { RunId } from '../core/ids.ts';
import type { Plan, Step, StepPhase } from '../core/plan/plan.ts';
import { type App, type Budget, isoNow, remainingMs, sleepWithin } from './app.ts';
import { renewLease } from './lease.ts';
import { withDatabase } from './open-database.ts';
import type { Blocker, Database } from './ports/engine.ts';
import type { RunRecord } from './ports/run-store.ts';
import { aborted, advance, block, event, loadWork } from './runs.ts';
import { done, type TaskResult, wait } from './task-result.ts';

/** How long an invocation stays with a statement before it leaves it to the server and polls. */
const waitForStatementMs = 20_000;

/** What an invocation keeps for itself where it stays with a statement to the end. */
const reserveMs = 10_000;

/** Milliseconds to stay with a statement, of those that are left. */
const waitFor = ({ statementsEndWithClient }: Database, left: number): number =>
  statementsEndWithClient === true
    ? Math.max(left - reserveMs, left / 2)
    : Math.min(waitForStatementMs, left / 2);

const statusOf = { expand: 'expanding', switch: 'switching', contract: 'contracting' } as const;

/** Carries out the steps of a phase in order, one journaled unit at a time, as far as the budget goes. */
export async function runSteps(
  app: App,
  runId: RunId,
  fence: number,
  phase: StepPhase & keyof typeof statusOf,
  budget: Budget,
): Promise<TaskResult> {
  const { run, plan, target } = await loadWork(app, runId);
  const steps = plan.steps.filter((step) => step.phase === phase);
  if (run.abortRequested === true) return block(app, runId, aborted);
  const begun = phase === 'contract' ? { contractedAt: run.contractedAt ?? isoNow(app) } : {};
  await advance(app, run, statusOf[phase], begun);
  if (!(await renewLease(app, run.target, runId))) return block(app, runId, leaseLost(run.target));
  return withDatabase(app, target, { runId, role: phase }, budget, async (database) => {
    const journaled = new Set(
      (await database.journal(runId)).filter((entry) => entry.state === 'done').map((entry) => entry.step),
    );
    for (const step of steps.filter((candidate) => !journaled.has(candidate.id))) {
      const order = await operatorsOrder(app, runId);
      if (order !== null) return order;
      const result = await runStep(app, database, runId, fence, plan, step, budget);
      if (result.kind !== 'done') return result;
    }
    return done({});
  });
}

/** Abort and pause are flags that every step reads before it begins. */
async function operatorsOrder(app: App, runId: RunId): Promise<TaskResult<never> | null> {
  const run = await app.store.getRun(runId);
  if (run?.abortRequested === true) return block(app, runId, aborted);
  if (run?.pauseRequested === true) return { kind: 'paused' };
  return null;
}

/** One step to its end, or to the end of this invocation. A forward step and a step of the way back alike. */
export async function runStep(
  app: App,
  database: Database,
  runId: RunId,
  fence: number,
  plan: Plan,
  step: Step,
  budget: Budget,
): Promise<TaskResult> {
  const before = await app.store.getRun(runId);
  const run = await app.store.updateRun(runId, {
    at: step.id,
    t0: before?.t0 ?? isoNow(app),
    // Another step's wait is no part of this one's.
    ...(before?.at === step.id ? {} : { lockWaitSince: '' }),
  });
  let waited = Boolean(run.lockWaitSince);
  for (let attempt = 0; ; attempt++) {
    const left = remainingMs(app, budget);
    if (left < plan.settings.lockTimeoutMs * 4) return { kind: 'continue' };
    let outcome: Awaited<ReturnType<Database['attemptStep']>>;
    try {
      outcome = await database.attemptStep(step, {
        runId,
        fence,
        lockTimeoutMs: Math.min(plan.settings.lockTimeoutMs, step.lockTimeoutMs ?? Number.POSITIVE_INFINITY),
        concurrentLockTimeoutMs: plan.settings.concurrentLockTimeoutMs,
        waitMs: waitFor(database, left),
      });
    } catch (error) {
      if (error instanceof LockkeeperError && error.class !== 'fatal') throw error;
      return block(app, runId, stepFailed(step, error));
    }
    switch (outcome.kind) {
      case 'done':
        await event(
          app,
          runId,
          step.phase === 'undo' ? 'undo' : 'step',
          `${step.id} done: ${step.title}`,
          step.id,
        );
        if (waited) await app.store.updateRun(runId, { lockWaitSince: '' });
        return done({});
      case 'running':
        if (outcome.progress !== null) await reportProgress(app, runId, step, outcome.progress);
        return wait(app.pollSeconds);
      case 'locked': {
        waited = true;
        const gaveUp = await afterLockTimeout(app, runId, plan, step, outcome.blockers);
        if (gaveUp !== null) return gaveUp;
        await sleepWithin(app, budget, backoffMs(attempt, app.random()));
        break;
      }
      default:
        return outcome satisfies never;
    }
  }
}

async function reportProgress(
  app: App,
  runId: RunId,
  step: Step,
  progress: { phase: string; done: number; total: number },
): Promise<void> {
  const share = progress.total > 0 ? ` ${Math.floor((100 * progress.done) / progress.total)} %` : '';
  await event(app, runId, 'step', `${step.id}: ${progress.phase}${share}`, step.id);
}

/** Records the wait; gives up, naming the blockers, once the retries have gone on long enough. */
async function afterLockTimeout(
  app: App,
  runId: RunId,
  plan: Plan,
  step: Step,
  blockers: readonly Blocker[],
): Promise<TaskResult<never> | null> {
  const run: RunRecord | null = await app.store.getRun(runId);
  const since = run?.lockWaitSince || isoNow(app);
  if (since !== run?.lockWaitSince) await app.store.updateRun(runId, { lockWaitSince: since });
  const who = blockers.map(describeBlocker).join('; ') || 'a session that was gone when we looked';
  await event(app, runId, 'lock-wait', `${step.id} did not get its lock; held by ${who}`, step.id);
  if (run?.abortRequested === true) return block(app, runId, aborted);
  const waitedMs = app.clock.now() - Date.parse(since);
  if (waitedMs < plan.settings.lockRetryForMs) return null;
  return block(app, runId, {
    class: 'fatal',
    code: 'lock-not-granted',
    message: `${step.id} did not get its lock within ${Math.round(waitedMs / 1000)} s of attempts; held by ${who}`,
    remedy: 'end or wait for that session, then start the migration again',
  });
}

const describeBlocker = (blocker: Blocker): string =>
  `session ${blocker.session} (${blocker.user}, ${blocker.application || 'no application name'}, ${blocker.state}, in a transaction for ${Math.round(blocker.transactionSeconds)} s)`;

/** From 0.2 s, growing by half, to 15 s, with full jitter above half: writers get through in between. */
function backoffMs(attempt: number, random: number): number {
  const ceiling = Math.min(200 * 1.5 ** attempt, 15_000);
  return ceiling * (0.5 + random / 2);
}

function stepFailed(step: Step, error: unknown): Failure {
  const failure = toFailure(error);
  const place = step.source === null ? '' : ` (${step.source.path}:${step.source.line})`;
  return { ...failure, message: `${step.id}${place} failed: ${failure.message}` };
}

const leaseLost = (target: string): Failure => ({
  class: 'fatal',
  code: 'lease-lost',
  message: `this run no longer holds the lease of ${target}`,
  remedy: 'see which run holds it: lockkeeper status',
});
