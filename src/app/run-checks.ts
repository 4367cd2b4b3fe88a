import type { Check, CheckResult } from '../core/checks.ts';
import type { Failure } from '../core/errors.ts';
import type { RunId } from '../core/ids.ts';
import type { App, Budget } from './app.ts';
import { withDatabase } from './open-database.ts';
import type { Database } from './ports/engine.ts';
import { aborted, advance, block, event, loadWork } from './runs.ts';
import { done, type TaskResult } from './task-result.ts';

/** Asks every question of the plan; one that fails, or that cannot be answered, stops the run. */
export async function runChecks(
  app: App,
  runId: RunId,
  when: 'before' | 'after',
  budget: Budget,
): Promise<TaskResult> {
  const { run, plan, target } = await loadWork(app, runId);
  if (run.abortRequested === true) return block(app, runId, aborted);
  // A run that resumes has passed its first checks; the changes it has made since would fail them.
  if (when === 'before' && (run.checksBefore !== undefined || run.fence !== undefined)) {
    await advance(app, run, 'checked');
    return done({});
  }
  if (when === 'after') await advance(app, run, 'validating');
  // What the contract takes away, the checks before it may ask for.
  if (when === 'after' && run.contractedAt !== undefined) return done({});
  return withDatabase(app, target, { runId, role: `check-${when}` }, budget, async (database) => {
    const baseline = run.baseline ?? {};
    const results = await askAll(database, plan.checks[when], baseline);
    const failed = results.filter((result) => result.outcome !== 'passed');
    await event(app, runId, 'checks', summary(when, results, failed));
    const patch = when === 'before' ? { checksBefore: results } : { checksAfter: results };
    if (failed.length > 0) {
      await app.store.updateRun(runId, when === 'after' ? patch : {});
      return block(app, runId, checksFailed(when, failed));
    }
    if (when === 'before') await advance(app, run, 'checked', patch);
    else
      await app.store.updateRun(runId, { ...patch, fingerprintAtGate: (await database.fingerprint()).hash });
    return done({});
  });
}

async function askAll(
  database: Database,
  checks: readonly Check[],
  baseline: Parameters<Database['check']>[1],
): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  // One after the other: checks scan tables, and two scans at once would only hurt the application more.
  for (const check of checks) results.push(await database.check(check, baseline));
  return results;
}

function summary(when: string, results: readonly CheckResult[], failed: readonly CheckResult[]): string {
  if (failed.length === 0) return `${results.length} checks ${when} the change passed`;
  return `${failed.length} of ${results.length} checks ${when} the change failed`;
}

function checksFailed(when: string, failed: readonly CheckResult[]): Failure {
  const remedies = failed.flatMap((result) => (result.remedy === undefined ? [] : [result.remedy]));
  return {
    class: 'fatal',
    code: 'check-failed',
    message: `checks ${when} the change failed: ${failed.map((result) => `${result.title}: ${result.found}`).join('; ')}`,
    ...(remedies.length === 0 ? {} : { remedy: [...new Set(remedies)].join('; ') }),
  };
}
