import { FatalError } from '../core/errors.ts';
import type { RunId } from '../core/ids.ts';
import { arrow } from '../core/lifecycle.ts';
import type { Plan } from '../core/plan/plan.ts';
import type { App } from './app.ts';
import { ofPlan } from './conclude.ts';
import type { Database } from './ports/engine.ts';
import type { ByHand, EnterResult, OpenRun } from './ports/ledger.ts';
import type { RunRecord } from './ports/run-store.ts';
import { recordVerdict } from './record-verdict.ts';
import { rebuildRun } from './run-records.ts';
import { hasEnded, loadWork } from './runs.ts';

/** What a person says of a run after having looked. */
export interface Closing extends ByHand {
  readonly verdict: 'ROLLED_BACK' | 'SUCCEEDED';
}

export interface ConcludedByHand {
  readonly run: RunRecord;
  /** The schema is what it was before the run. */
  readonly schemaAsBefore: boolean;
  /** Statements that would take away what Lockkeeper itself put there for the run, and has not taken away. */
  readonly leftOver: readonly string[];
}

/**
 * Closes a run that no command can carry on: the verdict is a person's, and their word is kept with it, in the ledger
 * and in the run store. Changes nothing else in the database. Throws FatalError for a run that has ended, or that
 * something is still at work for. Safe to repeat.
 */
export async function concludeByHand(
  app: App,
  database: Database,
  runId: RunId,
  { verdict, by, reason }: Closing,
): Promise<ConcludedByHand> {
  const { openRun } = await database.readLedger();
  const { run, plan } = await findRun(app, database, runId, openRun);
  await refuseAtWork(database, runId);
  // A fence of its own: what may be left of the run writes nothing any more.
  const entered = await database.enterRun({ runId, plan, lease: openRun?.fence ?? 0 });
  if (entered.kind === 'entered') {
    const more = { ...ofPlan(plan), byHand: { by, reason } };
    await database.concludeRun(runId, entered.fence, verdict, more);
  } else if (entered.kind !== 'concluded' || entered.verdict !== verdict) throw notEntered(runId, entered);
  const { hash } = await database.fingerprint();
  const journaled = new Set((await database.journal(runId)).map((entry) => entry.step));
  if (run.status !== 'concluded' && arrow(run.status, 'concluded') === null) {
    await app.store.transition(runId, 'rolling-back');
  }
  const because = `concluded by hand by ${by}: ${reason}`;
  await recordVerdict(app, run, { verdict, because, fingerprintAfter: hash });
  await app.store.releaseLease(run.target, runId);
  return { run, schemaAsBefore: hash === plan.schemaFingerprint, leftOver: leftOver(plan, journaled) };
}

/** The run with its plan, from wherever it is known. */
async function findRun(
  app: App,
  database: Database,
  runId: RunId,
  open: OpenRun | null,
): Promise<{ readonly run: RunRecord; readonly plan: Plan }> {
  const known = await app.store.getRun(runId);
  if (known !== null && hasEnded(known)) {
    throw new FatalError(`run ${runId} has ended: ${known.verdict}`, { code: 'already-concluded' });
  }
  if (known !== null) await refuseRunning(app, known);
  if (open?.runId === runId) {
    return { run: known ?? (await rebuildRun(app, database, open, 'none')), plan: open.plan };
  }
  if (known === null) {
    throw new FatalError(`neither this database nor the run store knows of a run ${runId}`, {
      code: 'no-such-run',
      remedy:
        open === null
          ? 'lockkeeper history lists the runs'
          : `the run open on this database is ${open.runId}`,
    });
  }
  // Its ledger entry may have been closed a moment ago, and the run store not have heard of it.
  if ((await database.journal(runId)).length === 0) {
    throw new FatalError(`run ${runId} is not open on this database`, {
      code: 'not-open',
      remedy: 'nothing has to be concluded here; check whether this is the database that is meant',
    });
  }
  return loadWork(app, runId);
}

async function refuseRunning(app: App, { runId, status, executionArn }: RunRecord): Promise<void> {
  if (status === 'concluded' || !(await app.executions.isRunning(executionArn))) return;
  throw new FatalError(`run ${runId} is still running (${status})`, {
    code: 'still-running',
    remedy: `wait for its end: lockkeeper watch ${runId}; or send it back: lockkeeper abort ${runId}`,
  });
}

/** The server may still be at it though the client is gone. */
async function refuseAtWork(database: Database, runId: RunId): Promise<void> {
  const sessions = await database.sessionsAtWork(runId);
  if (sessions === 0) return;
  throw new FatalError(
    `the server is still at work for run ${runId}, in ${sessions === 1 ? 'a session' : `${sessions} sessions`}`,
    {
      code: 'still-running',
      remedy: `wait until the server has no session called lockkeeper/${runId}/… any more, then look again at what is there`,
    },
  );
}

function notEntered(runId: RunId, result: Exclude<EnterResult, { kind: 'entered' }>): FatalError {
  switch (result.kind) {
    case 'concluded':
      return new FatalError(`run ${runId} has ended: ${result.verdict}, says the ledger`, {
        code: 'already-concluded',
      });
    case 'occupied':
      return new FatalError(`the run open on this database is ${result.by}, since ${result.since}`, {
        code: 'unfinished-run',
        remedy: `conclude that one, or check whether this is the database of run ${runId}`,
      });
    case 'locked':
      return new FatalError(`another session holds Lockkeeper's lock on this database: ${result.holder}`, {
        code: 'target-busy',
        remedy: 'wait until that session has ended',
      });
    default:
      return result satisfies never;
  }
}

/** Triggers that kept rows in step with a backfill, for instance. */
function leftOver({ rollback, steps }: Plan, journaled: ReadonlySet<string>): readonly string[] {
  const isOwn = (step: { readonly source: unknown }): boolean => step.source === null;
  const takenAway = [...steps.filter((step) => step.phase === 'contract'), ...rollback.undo]
    .filter(isOwn)
    .filter((step) => journaled.has(step.id))
    .map((step) => step.statements.join());
  return rollback.undo
    .filter((step) => isOwn(step) && step.undoes.some((id) => journaled.has(id)))
    .filter((step) => !takenAway.includes(step.statements.join()))
    .flatMap((step) => step.statements);
}
