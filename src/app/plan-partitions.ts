import type { PartitionId, RunId } from '../core/ids.ts';
import type { App, Budget } from './app.ts';
import { withDatabase } from './open-database.ts';
import { aborted, advance, block, event, loadWork } from './runs.ts';
import { done, type TaskResult } from './task-result.ts';

/** Cuts the table of one backfill into partitions and answers those still to be done. */
export async function planPartitions(
  app: App,
  runId: RunId,
  fence: number,
  ordinal: number,
  budget: Budget,
): Promise<TaskResult<{ partitions: readonly PartitionId[]; parallelism: number; last: boolean }>> {
  const { run, plan, target } = await loadWork(app, runId);
  if (run.abortRequested === true) return block(app, runId, aborted);
  await advance(app, run, 'backfilling', { at: `backfill ${ordinal + 1}` });
  const backfill = plan.backfills[ordinal];
  if (backfill === undefined) return done({ partitions: [], parallelism: 1, last: true });
  return withDatabase(app, target, { runId, role: 'partition' }, budget, async (database) => {
    const partitions = await database.planPartitions(runId, fence, backfill);
    const open = partitions.filter((partition) => !partition.done).map((partition) => partition.id);
    await event(
      app,
      runId,
      'partitions',
      `${backfill.table}: ${open.length} of ${partitions.length} partitions to do`,
    );
    return done({
      partitions: open,
      parallelism: backfill.parallelism,
      last: ordinal + 1 >= plan.backfills.length,
    });
  });
}
