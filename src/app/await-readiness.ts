import type { Failure } from '../core/errors.ts';
import { findUnreadiness, type ReadinessFinding } from '../core/resource/readiness.ts';
import type { TargetResource } from '../core/target.ts';
import { type App, isoNow } from './app.ts';
import { readResource } from './read-resource.ts';
import { block, event, type Work } from './runs.ts';
import { type TaskResult, wait } from './task-result.ts';

/** Longer than the windows of RDS usually are, and than a rotation or a modification takes. */
const waitAtMostMs = 2 * 3_600_000;

/** Whether the RDS instance or cluster is as a run wants it: null, or what to answer instead of going on. */
export async function awaitReadiness(
  app: App,
  { run, plan, target }: Work,
  { kind, id: name }: TargetResource,
): Promise<TaskResult<never> | null> {
  const findings = findUnreadiness(
    await readResource(app, target, { kind, id: name }, plan.restorePoint.take),
  );
  const stopping = findings.filter(({ severity }) => severity === 'stops');
  if (stopping.length > 0) return block(app, run.runId, notReady(name, stopping));
  const passing = findings.filter(({ severity }) => severity === 'waits');
  if (passing.length > 0) {
    const since = run.unreadySince || isoNow(app);
    if (app.clock.now() - Date.parse(since) >= waitAtMostMs)
      return block(app, run.runId, notReady(name, passing));
    if (since !== run.unreadySince) {
      await app.store.updateRun(run.runId, { unreadySince: since });
      await event(app, run.runId, 'note', `waits for ${name}: ${wordsOf(passing)}`);
    }
    return wait(app.pollSeconds);
  }
  if (run.unreadySince) await app.store.updateRun(run.runId, { unreadySince: '' });
  if (findings.length > 0) await event(app, run.runId, 'note', `${name}: ${wordsOf(findings)}`);
  return null;
}

const wordsOf = (findings: readonly ReadinessFinding[]): string =>
  findings.map(({ found }) => found).join('; ');

const notReady = (name: string, findings: readonly ReadinessFinding[]): Failure => ({
  class: 'fatal',
  code: 'instance-not-ready',
  message: `${name} is not ready for a migration: ${wordsOf(findings)}`,
  remedy: [...new Set(findings.map(({ remedy }) => remedy))].join('; '),
});
