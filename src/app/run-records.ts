import type { RunId } from '../core/ids.ts';
import type { Plan } from '../core/plan/plan.ts';
import { type App, isoNow } from './app.ts';
import type { Database } from './ports/engine.ts';
import type { OpenRun } from './ports/ledger.ts';
import type { RunRecord } from './ports/run-store.ts';
import { planKey } from './runs.ts';

/** The record of a run that has just been planned. */
export function newRecord(app: App, id: RunId, plan: Plan, executionArn: string): RunRecord {
  return {
    runId: id,
    target: plan.target.name,
    version: plan.migration.version,
    description: plan.migration.description,
    direction: plan.migration.direction,
    planId: plan.planId,
    status: 'planned',
    executionArn,
    startedAt: isoNow(app),
    fingerprintBefore: plan.schemaFingerprint,
  };
}

/** The record of the run that the ledger holds, made anew where the run store has lost it. */
export async function rebuildRun(
  app: App,
  database: Database,
  open: OpenRun,
  executionArn: string,
): Promise<RunRecord> {
  const { runId, plan, startedAt, fence } = open;
  await app.artifacts.putText(planKey(plan.planId), JSON.stringify(plan));
  return app.store.createRun({
    ...newRecord(app, runId, plan, executionArn),
    // Entering the ledger comes after the first checks. What is half undone must not be built upon.
    status: (await hasUndone(database, runId, plan)) ? 'rolling-back' : 'checked',
    startedAt,
    fence,
  });
}

/** Whether the way back has begun. */
export async function hasUndone(database: Database, id: RunId, plan: Plan): Promise<boolean> {
  const journaled = new Set((await database.journal(id)).map((entry) => entry.step));
  return plan.rollback.undo.some((step) => journaled.has(step.id));
}
