import { FatalError } from '../core/errors.ts';
import type { RunId } from '../core/ids.ts';
import { resourceOf } from '../core/target.ts';
import { type App, isoNow } from './app.ts';
import { restorePointOf } from './newest-restore-point.ts';
import type { RestoreState, RunRecord } from './ports/run-store.ts';
import type { Description } from './restorable/description.ts';
import { nextMove } from './restorable/swapping.ts';
import { saveState } from './restore.ts';
import { blockWayBack, event, loadWork, sourceKey } from './runs.ts';
import { done, type TaskResult, wait } from './task-result.ts';

/**
 * Gives what was restored the name of what failed, by renames. What to do next is read from
 * Describe alone, so a swap interrupted anywhere is finished by the next call; the failed instance is kept.
 */
export async function swap(app: App, runId: RunId): Promise<TaskResult<{ undoMore: boolean }>> {
  const { run, target } = await loadWork(app, runId);
  const state = run.restore;
  const resource = resourceOf(target);
  if (state === undefined || resource === null) {
    throw new FatalError('there is nothing restored to swap in', { code: 'no-restore' });
  }
  const source = JSON.parse((await app.artifacts.getText(sourceKey(runId))) ?? '{}') as Description;
  const move = await nextMove(app, resource, source, state, runId);
  switch (move.do) {
    case 'wait':
      if (!isOverdue(app, state)) return wait(app.pollSeconds);
      return stop(app, run, state, `for two hours the swap has not come further: ${move.because}`);
    case 'attention':
      return stop(app, run, state, move.because);
    case 'act': {
      const begun: RestoreState = {
        ...state,
        stage: 'swapping',
        swapStartedAt: state.swapStartedAt ?? isoNow(app),
      };
      await saveState(app, runId, begun);
      await event(app, runId, 'restore', move.words);
      await move.act();
      return wait(app.pollSeconds);
    }
    case 'done': {
      const point = restorePointOf(run);
      const swapStartedAt = state.swapStartedAt ?? isoNow(app);
      const lost =
        point === null ? undefined : (Date.parse(swapStartedAt) - Date.parse(point.recoveryTime)) / 1000;
      await saveState(app, runId, {
        ...state,
        stage: 'swapped',
        swapStartedAt,
        ...(lost === undefined ? {} : { secondsOfWritesLost: lost }),
      });
      await event(
        app,
        runId,
        'restore',
        `${resource.id} is the restored database now; the failed one is kept as ${state.failedId}`,
      );
      return done({ undoMore: point?.purpose === 'contract' });
    }
    default:
      return move satisfies never;
  }
}

/** RDS renames within minutes, with a reboot each: an instance twice, a cluster four times. */
const SWAP_WITHIN_MS = 2 * 3_600_000;

function isOverdue(app: App, { swapStartedAt, begunAt }: RestoreState): boolean {
  if (swapStartedAt === undefined) return false;
  const since = Math.max(Date.parse(swapStartedAt), begunAt === undefined ? 0 : Date.parse(begunAt));
  return app.clock.now() - since >= SWAP_WITHIN_MS;
}

const stop = (app: App, run: RunRecord, { instanceId, failedId }: RestoreState, because: string) =>
  blockWayBack(app, run, {
    class: 'fatal',
    code: 'swap-stopped',
    message: because,
    remedy: `read its events in RDS and bring it into service; ${instanceId} holds the restored data until it is renamed, ${failedId} is what the replaced one is called; then lockkeeper rollback ${run.runId} goes on from what there is`,
  });
