import type { Baseline } from '../core/checks.ts';
import { type Failure, RetryableError } from '../core/errors.ts';
import type { RunId } from '../core/ids.ts';
import type { Plan } from '../core/plan/plan.ts';
import type { App, Budget } from './app.ts';
import { withDatabase } from './open-database.ts';
import type { Database } from './ports/engine.ts';
import type { EnterResult } from './ports/ledger.ts';
import type { RunRecord } from './ports/run-store.ts';
import { block, loadWork } from './runs.ts';
import { done, type TaskResult } from './task-result.ts';

/**
 * Takes the fence inside the target database and records the run there. Refuses a schema that is not the
 * one the plan was made for, or, after a gate, not the one the run had left.
 */
export async function enter(
  app: App,
  runId: RunId,
  lease: number,
  budget: Budget,
): Promise<TaskResult<{ fence: number }>> {
  const { run, plan, target } = await loadWork(app, runId);
  return withDatabase(app, target, { runId, role: 'enter' }, budget, async (database) => {
    const begun = (await database.readLedger()).openRun?.runId === runId;
    const expected = begun ? schemaLeft(run) : plan.schemaFingerprint;
    if (expected !== undefined && expected !== (await database.fingerprint()).hash) {
      return block(app, runId, schemaChanged(begun));
    }
    const entered = await database.enterRun({ runId, plan, lease });
    if (entered.kind !== 'entered') return refuse(app, runId, entered);
    const baseline = run.baseline ?? (await readBaseline(database, plan));
    await app.store.updateRun(runId, { fence: entered.fence, baseline });
    return done({ fence: entered.fence });
  });
}

/** The schema as the run left it at its gate; unknown while its own steps are changing it. */
const schemaLeft = (run: RunRecord): string | undefined =>
  run.contractedAt === undefined ? run.fingerprintAtGate : undefined;

async function readBaseline(database: Database, plan: Plan): Promise<Baseline> {
  const tables = plan.checks.after.flatMap((check) => (check.check === 'row_count' ? [check.table] : []));
  const readings = await Promise.all(
    [...new Set(tables)].map(async (table) => [table, await database.readRowCount(table)] as const),
  );
  return Object.fromEntries(readings);
}

/** Turns an entry that was not granted into a retry or a recorded failure. */
export async function refuse(
  app: App,
  runId: RunId,
  result: Exclude<EnterResult, { kind: 'entered' }>,
): Promise<TaskResult<never>> {
  switch (result.kind) {
    case 'locked':
      throw new RetryableError(`another session holds Lockkeeper's lock on this database: ${result.holder}`, {
        code: 'target-locked',
        remedy: 'wait for the other run, or end that session',
      });
    case 'occupied':
      return block(app, runId, {
        class: 'fatal',
        code: 'unfinished-run',
        message: `run ${result.by} has begun on this database at ${result.since} and is not finished`,
        remedy: `finish or roll back run ${result.by} first`,
      });
    case 'concluded':
      // Not recorded: the run has its verdict, and this is none of its failures.
      return {
        kind: 'blocked',
        failure: {
          class: 'fatal',
          code: 'already-concluded',
          message: `this run has concluded already: ${result.verdict}`,
        },
      };
    default:
      return result satisfies never;
  }
}

const schemaChanged = (begun: boolean): Failure => ({
  class: 'fatal',
  code: 'schema-changed',
  message: begun
    ? 'the schema was changed by someone else while the run waited at its gate'
    : 'the schema was changed after the plan was made',
  remedy: begun ? 'undo the change by hand or roll the run back' : 'start again: a new plan will be made',
});
