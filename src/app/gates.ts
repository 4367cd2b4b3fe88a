import { type Failure, FatalError } from '../core/errors.ts';
import type { RunId } from '../core/ids.ts';
import type { Plan } from '../core/plan/plan.ts';
import { announce } from './announce.ts';
import { type App, isoNow } from './app.ts';
import type { GateAnswer, GateName, RunRecord } from './ports/run-store.ts';
import { aborted, advance, block, event, loadWork, move, refuseEnded } from './runs.ts';
import { done, type TaskResult, wait } from './task-result.ts';

/** The error names a waiting state sees; its Catch leads to the way back. */
export const gateErrors = { rejected: 'Lockkeeper.Rejected', aborted: 'Lockkeeper.Aborted' } as const;

/**
 * A waiting state has handed over its task token. An answer that is there already is given at once; else
 * the token is kept in the run store (people see only the run) and the people concerned are told.
 */
export async function awaitGate(
  app: App,
  runId: RunId,
  gate: GateName,
  slot: string,
  token: string,
): Promise<void> {
  const { run, plan } = await loadWork(app, runId);
  await app.store.putToken(runId, gate, slot, token);
  const waiting = await enterGate(app, run, gate);
  const fresh = waiting ?? (await app.store.getRun(runId));
  // Read after the token is kept: an answer given in between finds the token, or is found here.
  if (fresh !== null && (await passOnAnswer(app, fresh, gate))) return;
  await app.notifier.notify({
    subject: `Lockkeeper: ${run.target} waits for ${gate === 'restore' ? 'a decision to restore' : gate}`,
    text: gateText(run, gate, plan),
  });
}

async function enterGate(app: App, run: RunRecord, gate: GateName): Promise<RunRecord | null> {
  switch (gate) {
    case 'approval':
      return advance(app, run, 'awaiting-approval', { at: 'approval' });
    case 'contract':
      return advance(app, run, 'awaiting-contract', { at: 'contract gate' });
    case 'restore':
      return run.status === 'awaiting-restore'
        ? stays(app, run)
        : move(app, run, 'awaiting-restore', { at: 'restore' });
    case 'pause':
      return run.status === 'paused' ? stays(app, run) : move(app, run, 'paused');
    default:
      return gate satisfies never;
  }
}

async function stays(app: App, run: RunRecord): Promise<null> {
  await announce(app, run);
  return null;
}

/** Answers whoever waits at the gate if there is an answer; true when there was one. */
async function passOnAnswer(app: App, run: RunRecord, gate: GateName): Promise<boolean> {
  // The way back is what an abort asks for: it does not answer the question put there.
  if (run.abortRequested === true && gate !== 'restore') {
    await failAll(app, run.runId, gate, gateErrors.aborted, 'the operator aborted the run');
    return true;
  }
  if (gate === 'pause') {
    if (run.pauseRequested === true) return false;
    await succeedAll(app, run.runId, gate);
    return true;
  }
  const given = run.answers?.[gate];
  if (given === undefined) return false;
  if (given.answer === 'approved') await succeedAll(app, run.runId, gate);
  else await failAll(app, run.runId, gate, gateErrors.rejected, rejected(given).message);
  return true;
}

const succeedAll = (app: App, runId: RunId, gate: GateName): Promise<void> =>
  answerAll(app, runId, gate, (token) => app.executions.succeed(token, { runId }));

const failAll = (app: App, runId: RunId, gate: GateName, error: string, cause: string): Promise<void> =>
  answerAll(app, runId, gate, (token) => app.executions.fail(token, error, cause));

async function answerAll(
  app: App,
  runId: RunId,
  gate: GateName,
  reply: (token: string) => Promise<boolean>,
): Promise<void> {
  for (const { slot, token } of await app.store.listTokens(runId, gate)) {
    await reply(token);
    await app.store.dropToken(runId, gate, slot, token);
  }
}

function gateText(run: RunRecord, gate: GateName, { approvalReasons: reasons, restorePoint }: Plan): string {
  const head = `Run ${run.runId} of migration ${run.version} (${run.description}) on ${run.target}`;
  const how = `Answer with: lockkeeper approve ${run.runId}, or lockkeeper reject ${run.runId}.`;
  switch (gate) {
    case 'approval':
      return `${head} needs approval before anything happens:\n${reasons.map((reason) => `- ${reason}`).join('\n')}\nRestore point: ${restorePoint.reason}.\n${how}`;
    case 'contract':
      return `${head} has expanded the schema and waits for the new code before it contracts. ${how}`;
    case 'restore': {
      const since =
        run.contractRestorePoint?.recoveryTime ?? run.restorePoint?.recoveryTime ?? 'the snapshot';
      return `${head} can only go back by restoring the snapshot: every write made since ${since} would be lost. Planned was ${restorePoint.reason}. ${how}`;
    }
    case 'pause':
      return `${head} is paused. Continue with: lockkeeper resume ${run.runId}.`;
    default:
      return gate satisfies never;
  }
}

/**
 * A delay gate: when it opens is fixed the first time it is asked, so that a resumed run does not wait anew. A
 * person may open it earlier or reject the run. Throws what an abort or a rejection means for a waiting state.
 */
export async function awaitDelay(app: App, runId: RunId): Promise<TaskResult> {
  const { run, plan } = await loadWork(app, runId);
  if (plan.gate.opens !== 'delay') return done({});
  await advance(app, run, 'awaiting-contract', { at: 'contract gate' });
  const given = run.answers?.contract;
  if (run.abortRequested === true) throw await stopped(app, runId, aborted);
  if (given?.answer === 'rejected') throw await stopped(app, runId, rejected(given));
  if (given?.answer === 'approved') return done({});
  const opensAt = run.gateOpensAt ?? new Date(app.clock.now() + plan.gate.seconds * 1000).toISOString();
  if (run.gateOpensAt === undefined) await app.store.updateRun(runId, { gateOpensAt: opensAt });
  const seconds = Math.ceil((Date.parse(opensAt) - app.clock.now()) / 1000);
  return seconds > 0 ? wait(Math.min(seconds, untilNextLook(seconds))) : done({});
}

/** Often enough to hear of an abort, seldom enough for the history of an execution: 200 looks in a year. */
const untilNextLook = (seconds: number): number => Math.max(300, Math.ceil(seconds / 20));

async function stopped(app: App, runId: RunId, failure: Failure): Promise<FatalError> {
  await block(app, runId, failure);
  return new FatalError(failure.message, { code: failure.code });
}

const rejected = ({ by }: GateAnswer): Failure => ({
  class: 'fatal',
  code: 'rejected',
  message: `rejected by ${by}`,
});

/** A person (or a deployment event) answers the gate at which the run waits, or will wait. */
export async function answerGate(
  app: App,
  runId: RunId,
  gate: 'approval' | 'contract' | 'restore',
  answer: Omit<GateAnswer, 'at'>,
): Promise<RunRecord> {
  const { run } = await loadWork(app, runId);
  refuseEnded(run);
  const answers = { ...run.answers, [gate]: { ...answer, at: isoNow(app) } };
  const updated = await app.store.updateRun(runId, { answers });
  await event(
    app,
    runId,
    'gate',
    `${gate} ${answer.answer} by ${answer.by}${answer.reason === undefined ? '' : `: ${answer.reason}`}`,
  );
  await passOnAnswer(app, updated, gate);
  return updated;
}

/** The gate a run waits at now, as its status tells; null when it waits at none. */
export function gateOf(run: RunRecord): 'approval' | 'contract' | 'restore' | null {
  switch (run.status) {
    case 'planned':
    case 'awaiting-approval':
      return 'approval';
    case 'awaiting-contract':
      return 'contract';
    case 'awaiting-restore':
      return 'restore';
    default:
      return null;
  }
}

/** @param why set where it is not a person who asks */
export async function requestPause(app: App, runId: RunId, why?: string): Promise<RunRecord> {
  refuseEnded((await loadWork(app, runId)).run);
  await event(app, runId, 'gate', requested('pause', why));
  return app.store.updateRun(runId, { pauseRequested: true });
}

export async function requestResume(app: App, runId: RunId): Promise<RunRecord> {
  refuseEnded((await loadWork(app, runId)).run);
  const run = await app.store.updateRun(runId, { pauseRequested: false });
  await event(app, runId, 'gate', 'resume requested');
  await passOnAnswer(app, run, 'pause');
  return run;
}

/** Abort is a flag that every slice and step reads, followed by the normal way back. */
export async function requestAbort(app: App, runId: RunId, why?: string): Promise<RunRecord> {
  refuseEnded((await loadWork(app, runId)).run);
  const run = await app.store.updateRun(runId, { abortRequested: true });
  await event(app, runId, 'gate', requested('abort', why));
  for (const gate of ['approval', 'contract', 'pause'] as const) {
    await failAll(app, runId, gate, gateErrors.aborted, 'the operator aborted the run');
  }
  return run;
}

const requested = (what: 'pause' | 'abort', why: string | undefined): string =>
  `${what} requested${why === undefined ? '' : `: ${why}`}`;
