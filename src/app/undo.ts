import type { RunId } from '../core/ids.ts';
import { type App, type Budget, isoNow } from './app.ts';
import { renewLease } from './lease.ts';
import { withDatabase } from './open-database.ts';
import type { Database } from './ports/engine.ts';
import { runStep } from './run-steps.ts';
import { blockWayBack, event, loadWork, type Work } from './runs.ts';
import { done, type TaskResult } from './task-result.ts';

/**
 * Takes the journaled steps back, newest first, and keeps every row written since. At the end the schema
 * must be what it was before the first change; if it is not, the run says so and another way is decided on.
 */
export async function undo(app: App, runId: RunId, fence: number, budget: Budget): Promise<TaskResult> {
  const work = await loadWork(app, runId);
  const { run, plan, target } = work;
  await renewLease(app, run.target, runId);
  return withDatabase(app, target, { runId, role: 'undo' }, budget, async (database) => {
    const journal = await database.journal(runId);
    const changed = new Set(journal.map((entry) => entry.step));
    const undone = new Set(journal.filter((entry) => entry.state === 'done').map((entry) => entry.step));
    for (const step of plan.rollback.undo) {
      if (undone.has(step.id)) continue;
      if (!step.undoes.some((forward) => changed.has(forward))) {
        await event(app, runId, 'undo', `${step.id} skipped: what it undoes had not been done`, step.id);
        continue;
      }
      const result = await runStep(app, database, runId, fence, plan, step, budget);
      if (result.kind === 'blocked') {
        await app.store.updateRun(runId, { undoOutcome: 'failed' });
        return blockWayBack(app, run, result.failure);
      }
      if (result.kind !== 'done') return result;
    }
    return compareSchemas(app, work, database);
  });
}

async function compareSchemas(app: App, { run, plan }: Work, database: Database): Promise<TaskResult> {
  const { hash } = await database.fingerprint();
  if (hash === plan.schemaFingerprint) {
    await app.store.updateRun(run.runId, { undoOutcome: 'done', fingerprintAfter: hash });
    await event(app, run.runId, 'undo', `the schema is what it was before the run (${isoNow(app)})`);
    return done({});
  }
  await app.store.updateRun(run.runId, { undoOutcome: 'left-differences', fingerprintAfter: hash });
  return blockWayBack(app, run, {
    class: 'fatal',
    code: 'schema-differs',
    message: 'the down script ran, but the schema is not what it was before the run',
    remedy: 'compare the schemas and complete the down script',
  });
}
