import { type Failure, toFailure } from '../core/errors.ts';
import { runId as asRunId, type RunId } from '../core/ids.ts';
import { arrow } from '../core/lifecycle.ts';
import { announce } from './announce.ts';
import type { App, Budget } from './app.ts';
import { withDatabase } from './open-database.ts';
import type { Lease, RunRecord } from './ports/run-store.ts';
import { recordVerdict } from './record-verdict.ts';
import { event, loadWork, type Work } from './runs.ts';

/** An execution that ended without success. */
export interface EndedExecution {
  readonly executionArn: string;
  readonly status: 'ABORTED' | 'TIMED_OUT' | 'FAILED';
  /** What it was started with, where the event tells. */
  readonly input: { readonly runId?: string | undefined; readonly target?: string | undefined };
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

export type Cleaned =
  | { readonly did: 'marked'; readonly runId: RunId; readonly sessionsEnded: number }
  | { readonly did: 'nothing'; readonly because: string };

/**
 * Cleans up behind an execution that could not conclude its run, because somebody stopped it, its time was up, or
 * it failed where nothing catches: ends what still runs on the server, keeps stragglers from writing, says that a
 * person has to look, and tells the people. Lease, ledger entry, snapshot and restored instance stay as they are;
 * nothing is undone and nothing restored. Safe to repeat.
 */
export async function cleanUp(app: App, ended: EndedExecution, budget: Budget): Promise<Cleaned> {
  const run = await findRun(app, ended);
  if (run === null) return tellOfNone(app, ended);
  const lease = await app.store.readLease(run.target);
  const again = run.status === 'concluded' && run.failure?.code === interrupted;
  await announce(app, run);
  if (run.status === 'concluded' && !again) return nothing('the run has its verdict');
  if (await isCarriedOn(app, run, lease, ended)) return nothing('another execution carries the run on');

  const why = whyOf(ended);
  if (run.status === 'planned' || run.status === 'awaiting-approval') {
    await recordVerdict(app, run, { verdict: 'REJECTED', because: `${why} before anything was changed` });
    return { did: 'marked', runId: run.runId, sessionsEnded: 0 };
  }
  const work = await loadWork(app, run.runId);
  const sessions = await endSessions(app, work, ended, budget).catch(toFailure);
  if (!again) await mark(app, run, why, sessions);
  // Tried again by whoever delivers the event, and a dead letter in the end: somebody must hear of it.
  if (typeof sessions !== 'number') throw new Error(sessions.message);
  return { did: 'marked', runId: run.runId, sessionsEnded: sessions };
}

/** The failure code of a run that was marked here. */
const interrupted = 'interrupted';

async function findRun(app: App, { executionArn, input }: EndedExecution): Promise<RunRecord | null> {
  if (input.runId !== undefined) return app.store.getRun(asRunId(input.runId));
  const target = app.targets.find(({ name }) => name === input.target);
  if (target === undefined) return null;
  // The index lags behind by moments; the lease does not, and each run that changes something has held it.
  const lease = await app.store.readLease(target.name);
  const listed = (await app.store.listRuns(target.name, 50)).find((run) => run.executionArn === executionArn);
  const id = listed?.runId ?? (lease?.executionArn === executionArn ? lease.runId : undefined);
  return id === undefined ? null : app.store.getRun(id);
}

/** Whoever has taken the run up since, or whoever called this execution, knows better. */
async function isCarriedOn(
  app: App,
  run: RunRecord,
  lease: Lease | null,
  { executionArn }: EndedExecution,
): Promise<boolean> {
  const held = lease?.runId === run.runId ? [lease.executionArn] : [];
  const others = [run.executionArn, ...held].filter((arn) => arn !== executionArn);
  const running = await Promise.all(others.map((arn) => app.executions.isRunning(arn)));
  return running.includes(true);
}

/** A new fence first, as on the way back: a function that is still at work can write nothing any more. */
async function endSessions(
  app: App,
  { run, plan, target }: Work,
  ended: EndedExecution,
  budget: Budget,
): Promise<number> {
  const { runId } = run;
  return withDatabase(app, target, { runId, role: 'janitor' }, budget, async (database) => {
    const { openRun } = await database.readLedger();
    const lease = await app.store.readLease(run.target);
    const isOurs =
      lease?.runId === runId && [run.executionArn, ended.executionArn].includes(lease.executionArn);
    if (openRun?.runId === runId && isOurs) {
      const entered = await database.enterRun({ runId, plan, lease: lease.number });
      if (entered.kind === 'entered') await app.store.updateRun(runId, { fence: entered.fence });
    }
    const count = await database.cancelSessions(runId, budget.signal);
    if (count > 0) await event(app, runId, 'note', `ended ${count} sessions of this run on the server`);
    return count;
  });
}

async function mark(app: App, run: RunRecord, why: string, sessions: number | Failure): Promise<void> {
  const { runId } = run;
  const left =
    typeof sessions === 'number'
      ? undefined
      : `what still runs on the server could not be ended: ${sessions.message}`;
  const failure: Failure = {
    class: 'fatal',
    code: interrupted,
    message: why,
    remedy: `lockkeeper start with the same migration goes on with it; lockkeeper rollback ${runId} takes it back`,
  };
  await event(app, runId, 'failure', why);
  await app.store.updateRun(runId, { failure });
  if (arrow(run.status, 'concluded') === null) await app.store.transition(runId, 'rolling-back');
  // What had made it go back is still why it goes back.
  const because = [run.failure?.message, why, left].filter((reason) => reason !== undefined).join('; ');
  await recordVerdict(app, run, { verdict: 'NEEDS_ATTENTION', because });
  app.log.error('interrupted', { runId, because });
}

/** Refused before there was a run: no target, no such migration, a file that is wrong. */
async function tellOfNone(app: App, ended: EndedExecution): Promise<Cleaned> {
  await app.notifier.notify({
    subject: `Lockkeeper: an execution ended ${ended.status}`,
    text: `Execution ${ended.executionArn} ended ${ended.status} before it had a run; nothing was changed. ${detailsOf(ended)}`,
  });
  return nothing('the execution had no run');
}

function whyOf(ended: EndedExecution): string {
  const details = detailsOf(ended);
  switch (ended.status) {
    case 'ABORTED':
      return `somebody pressed Stop on its execution${details === '' ? '' : ` (${details})`}`;
    case 'TIMED_OUT':
      return 'its execution reached its time limit';
    case 'FAILED':
      return `its execution failed where nothing catches it (${details})`;
    default:
      return ended.status satisfies never;
  }
}

const CAUSE_LIMIT = 500;

const detailsOf = ({ error, cause }: EndedExecution): string =>
  [error, cause?.slice(0, CAUSE_LIMIT)].filter((text) => text !== undefined && text !== '').join(': ');

const nothing = (because: string): Cleaned => ({ did: 'nothing', because });
