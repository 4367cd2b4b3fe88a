import { openPartition } from '../backfill/partition-session.ts';
import { enterRun } from '../ledger/enter-run.ts';
import { attemptStep } from '../steps/attempt-step.ts';
import type { TargetWork } from '../target-work.ts';
import type { Connection } from './connection.ts';
import { describeHolder, lockRunner, runnerHolders } from './target-lock.ts';

/** Work under locks that sessions of its own hold. */
export const directWork = (connection: Connection): TargetWork => ({
  enterRun: (entry) => enterRun(connection, entry),
  attemptStep: (step, options) => attemptStep(connection, step, options),
  openPartition: (runId, fence, backfill, id) => openPartition(connection, runId, fence, backfill, id),
  async holdForRunner() {
    if (await lockRunner(connection)) return null;
    return (
      (await runnerHolders(connection)).map(describeHolder).join(', ') || 'a session that is just ending'
    );
  },
  draftReplacement: async (input) =>
    (await import('../replace/draft.ts')).draftReplacement(connection, input),
  draftIndexRebuild: async (input) =>
    (await import('../rebuild-indexes/draft.ts')).draftIndexRebuild(connection, input),
});
