import { type Failure, FatalError } from '../core/errors.ts';
import type { RunId } from '../core/ids.ts';
import { arrow, rank, type Status } from '../core/lifecycle.ts';
import type { Plan } from '../core/plan/plan.ts';
import type { Target } from '../core/target.ts';
import { announce } from './announce.ts';
import { type App, isoNow } from './app.ts';
import type { RunEvent, RunPatch, RunRecord } from './ports/run-store.ts';

export const planKey = (planId: string): string => `plans/${planId}.json`;
export const sourceKey = (runId: RunId): string => `runs/${runId}/source.json`;

/** A run with its plan and target: what nearly every task begins with. */
export interface Work {
  readonly run: RunRecord;
  readonly plan: Plan;
  readonly target: Target;
}

export async function loadWork(app: App, runId: RunId): Promise<Work> {
  const run = await app.store.getRun(runId);
  if (run === null)
    throw new FatalError(`there is no run ${runId}`, {
      code: 'no-such-run',
      remedy: 'lockkeeper history lists the runs',
    });
  return { run, plan: await loadPlan(app, run.planId), target: findTarget(app, run.target) };
}

async function loadPlan(app: App, planId: string): Promise<Plan> {
  const text = await app.artifacts.getText(planKey(planId));
  if (text === null)
    throw new FatalError(`plan ${planId} is not in the evidence bucket`, { code: 'no-such-plan' });
  return JSON.parse(text) as Plan;
}

export function findTarget(app: App, name: string): Target {
  const target = app.targets.find((candidate) => candidate.name === name);
  if (target !== undefined) return target;
  const known = app.targets.map((candidate) => candidate.name).join(', ');
  throw new FatalError(`there is no target "${name}"`, {
    code: 'no-such-target',
    remedy: `configured targets: ${known}`,
  });
}

/**
 * Moves a run forward. One that is already there or further, as after a resume, stays where it is; so does one
 * that is paused or goes back, unless an arrow leads on from there.
 */
export async function advance(
  app: App,
  run: RunRecord,
  to: Status,
  patch: RunPatch = {},
): Promise<RunRecord> {
  const here = rank(run.status);
  const there = rank(to);
  const stays = here === null ? arrow(run.status, to) === null : there !== null && here >= there;
  if (!stays) return move(app, run, to, patch);
  await announce(app, run);
  return Object.keys(patch).length === 0 ? run : app.store.updateRun(run.runId, patch);
}

/** Moves a run along an arrow and tells of it. Throws FatalError where there is none. */
export async function move(app: App, run: RunRecord, to: Status, patch: RunPatch = {}): Promise<RunRecord> {
  const moved = await app.store.transition(run.runId, to, patch);
  await event(app, run.runId, 'status', `${run.status} → ${to}`);
  app.log.info('status', { runId: run.runId, from: run.status, to });
  await announce(app, moved);
  return moved;
}

export async function event(
  app: App,
  runId: RunId,
  kind: RunEvent['kind'],
  text: string,
  step?: RunEvent['step'],
): Promise<void> {
  await app.store.addEvent(runId, { at: isoNow(app), kind, text, ...(step === undefined ? {} : { step }) });
}

/** Records a failure before it is returned, so that the verdict can name the real cause. */
export async function block(
  app: App,
  runId: RunId,
  failure: Failure,
): Promise<{ kind: 'blocked'; failure: Failure }> {
  await app.store.updateRun(runId, { failure });
  await event(app, runId, 'failure', failure.message);
  app.log.error('blocked', { runId, code: failure.code, message: failure.message });
  return { kind: 'blocked', failure };
}

/** A failure on the way back: it is why a person has to look, while the verdict goes on naming the first cause. */
export async function blockWayBack(
  app: App,
  run: RunRecord,
  failure: Failure,
): Promise<{ kind: 'blocked'; failure: Failure }> {
  await app.store.updateRun(run.runId, { because: failure.message, failure: run.failure ?? failure });
  await event(app, run.runId, 'failure', failure.message);
  app.log.error('blocked', { runId: run.runId, code: failure.code, message: failure.message });
  return { kind: 'blocked', failure };
}

/** Refuses a run that has ended; one that needs attention has not. */
export function refuseEnded(run: RunRecord): void {
  if (!hasEnded(run)) return;
  throw new FatalError(`run ${run.runId} has ended: ${run.verdict}`, {
    code: 'already-concluded',
    remedy: `lockkeeper report ${run.runId} says what it did`,
  });
}

const goingBack: ReadonlySet<Status> = new Set(['rolling-back', 'awaiting-restore', 'restoring']);

export const isGoingBack = (run: RunRecord): boolean => goingBack.has(run.status);

export const hasEnded = (run: RunRecord): boolean =>
  run.status === 'concluded' && run.verdict !== 'NEEDS_ATTENTION';

export const aborted: Failure = {
  class: 'fatal',
  code: 'aborted',
  message: 'the operator aborted the run',
};
