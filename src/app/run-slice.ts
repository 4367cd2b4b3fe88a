import { nextBatchSize, startBatchSize } from '../core/backfill/batch-size.ts';
import { pacedTarget, pauseAfter } from '../core/backfill/pace.ts';
import { type Signal, startThrottle } from '../core/backfill/throttle.ts';
import { type Failure, FatalError, LockkeeperError, toFailure } from '../core/errors.ts';
import { backfillOf, type PartitionId, partitionBefore, type RunId } from '../core/ids.ts';
import type { Backfill } from '../core/plan/plan.ts';
import { type App, type Budget, remainingMs, sleepWithin } from './app.ts';
import { renewLease } from './lease.ts';
import { withDatabase } from './open-database.ts';
import type { BatchOutcome, Database, PartitionWorker } from './ports/engine.ts';
import type { PartitionProgress } from './ports/run-store.ts';
import { ProgressReporter } from './progress-reporter.ts';
import { aborted, advance, loadWork } from './runs.ts';
import { SliceMetrics } from './slice-metrics.ts';
import { lookAround, type Surroundings } from './surroundings.ts';
import { done, type TaskResult, wait } from './task-result.ts';

/** Asking the server and the run store costs a round trip each: about once a second is soon enough. */
const lookAroundMs = 1_000;
/** A batch may take this many times its target before the server stops it; the batch is then halved. */
const timeoutMultiple = 20;
const shortestTimeoutMs = 5_000;
/** Refused batches in a row after which the slice gives its place up and comes back later. */
const refusalsBeforeBackingOff = 12;

/** Works through one partition, batch by batch, until it is done or the invocation's time is used up. */
export async function runSlice(
  app: App,
  runId: RunId,
  fence: number,
  partition: PartitionId,
  budget: Budget,
): Promise<TaskResult<{ rowsVisited: number }>> {
  const { run, plan, target } = await loadWork(app, runId);
  const backfill = plan.backfills[backfillOf(partition)];
  if (backfill === undefined)
    throw new FatalError(`partition ${partition} belongs to no backfill`, { code: 'no-backfill' });
  if (!(await renewLease(app, run.target, runId))) return fail(app, runId, partition, leaseLost(run.target));
  // The first worker that goes on after a pause says so.
  if (run.status === 'paused' && run.pauseRequested !== true) await advance(app, run, 'backfilling');
  try {
    return await withDatabase(app, target, { runId, role: partition }, budget, async (database) => {
      const worker = await database.openPartition(runId, fence, backfill, partition);
      return worker.state.done
        ? finished(app, runId, worker)
        : work(app, { runId, target: run.target, backfill, database, worker, budget });
    });
  } catch (error) {
    // Retryable and ambiguous errors are the state machine's: the checkpoint tells where to go on.
    if (error instanceof LockkeeperError && error.class !== 'fatal') throw error;
    return fail(app, runId, partition, toFailure(error));
  }
}

interface Slice {
  readonly runId: RunId;
  readonly target: string;
  readonly backfill: Backfill;
  readonly database: Database;
  readonly worker: PartitionWorker;
  readonly budget: Budget;
}

async function work(app: App, slice: Slice): Promise<TaskResult<{ rowsVisited: number }>> {
  const metrics = new SliceMetrics(app, slice.target);
  try {
    return await workThrough(app, slice, metrics);
  } finally {
    metrics.publish();
  }
}

async function workThrough(
  app: App,
  slice: Slice,
  metrics: SliceMetrics,
): Promise<TaskResult<{ rowsVisited: number }>> {
  const { runId, backfill, worker, budget } = slice;
  const { targetMs, maxRows } = backfill.batch;
  const limits = { targetMs: pacedTarget(targetMs, backfill.pace), maxRows };
  const timeoutMs = Math.max(targetMs * timeoutMultiple, shortestTimeoutMs);
  const known = await app.store.getPartition(runId, worker.state.id);
  const reporter = new ProgressReporter(app, runId, worker.state, known?.history);
  let size = startBatchSize(await learnedRows(app, slice, known), limits);
  let around: Surroundings = {
    throttle: startThrottle,
    decision: { go: true },
    at: Number.NEGATIVE_INFINITY,
  };
  let refusals = 0;

  while (remainingMs(app, budget) > timeoutMs / 4) {
    if (app.clock.now() - around.at >= lookAroundMs) {
      const [order, seen] = await Promise.all([
        operatorsOrder(app, slice),
        lookAround(app, slice.database, around.throttle, metrics),
      ]);
      if (order !== null) {
        if (order.kind === 'paused') await reporter.report(size.rows, 'paused by the operator', true);
        return order;
      }
      around = seen;
    }
    if (!around.decision.go) {
      const { how, pauseMs, because } = around.decision;
      await reporter.report(size.rows, because, false);
      metrics.paused(how === 'stop' ? (Object.keys(around.throttle.stopped) as Signal[]) : []);
      const pausedAt = app.clock.now();
      await sleepWithin(app, budget, pauseMs);
      reporter.paused(because, app.clock.now() - pausedAt);
      if (how === 'stop') {
        // Only a fresh reading may let the work go on.
        around = { ...around, at: Number.NEGATIVE_INFINITY };
        continue;
      }
    }

    const startedAt = app.clock.now();
    const allowedMs = Math.max(timeoutMs / 4, Math.min(timeoutMs, remainingMs(app, budget)));
    const outcome = await attempt(worker, size.rows, allowedMs);
    const elapsedMs = app.clock.now() - startedAt;
    if (outcome === 'refused') {
      size = nextBatchSize(size, { kind: 'refused', rows: size.rows }, limits);
      refusals += 1;
      if (refusals >= refusalsBeforeBackingOff) return wait(15);
      await sleepWithin(app, budget, pauseAfterRefusal(refusals, app.random()));
      continue;
    }
    refusals = 0;
    reporter.add(outcome);
    metrics.did(outcome.rowsVisited);
    await reporter.report(size.rows, '', outcome.done);
    if (outcome.done) return done({ rowsVisited: outcome.total.rowsVisited });
    size = nextBatchSize(
      size,
      { kind: 'finished', rows: size.rows, visited: outcome.rowsVisited, elapsedMs },
      limits,
    );
    const pauseMs = pauseAfter(elapsedMs, backfill.pace);
    if (pauseMs > 0) await sleepWithin(app, budget, pauseMs);
  }
  return { kind: 'continue' };
}

/**
 * The size last found good here, else by the worker of the keys before; what the plan begins with when there is
 * neither. One or two items are read, however many partitions there are.
 */
async function learnedRows(
  app: App,
  { runId, backfill, worker }: Slice,
  known: PartitionProgress | null,
): Promise<number> {
  if (known !== null && known.batchRows > 0) return known.batchRows;
  const before = partitionBefore(worker.state.id);
  const neighbour = before === null ? null : await app.store.getPartition(runId, before);
  return neighbour !== null && neighbour.batchRows > 0 ? neighbour.batchRows : backfill.batch.initialRows;
}

/** Nothing changed on a lock timeout, deadlock or statement timeout: the same rows are tried again in fewer. */
async function attempt(
  worker: PartitionWorker,
  rows: number,
  timeoutMs: number,
): Promise<BatchOutcome | 'refused'> {
  try {
    return await worker.runBatch(rows, timeoutMs);
  } catch (error) {
    if (error instanceof LockkeeperError && refused.has(error.code)) return 'refused';
    throw error;
  }
}

const refused = new Set(['lock-timeout', 'deadlock', 'serialization-failure', 'statement-timeout']);

const pauseAfterRefusal = (refusals: number, random: number): number =>
  Math.min(100 * 2 ** refusals, 5_000) * (0.5 + random / 2);

/** Abort and pause are flags that are read between batches; the lease is renewed on the same occasion. */
async function operatorsOrder(app: App, slice: Slice): Promise<TaskResult<never> | null> {
  const { runId, target, worker } = slice;
  const run = await app.store.getRun(runId);
  if (run?.abortRequested === true) return { kind: 'blocked', failure: aborted };
  if (run?.pauseRequested === true) return { kind: 'paused' };
  if (await renewLease(app, target, runId)) return null;
  return fail(app, runId, worker.state.id, leaseLost(target));
}

async function finished(
  app: App,
  runId: RunId,
  worker: PartitionWorker,
): Promise<TaskResult<{ rowsVisited: number }>> {
  const known = await app.store.getPartition(runId, worker.state.id);
  await new ProgressReporter(app, runId, worker.state, known?.history).report(0, '', true);
  return done({ rowsVisited: worker.state.rowsVisited });
}

const leaseLost = (target: string): Failure => ({
  class: 'fatal',
  code: 'lease-lost',
  message: `this run no longer holds the lease of ${target}`,
  remedy: 'see which run holds it: lockkeeper status',
});

/** The Map reports only that its threshold was exceeded: the worker writes its own error down first. */
async function fail(
  app: App,
  runId: RunId,
  partition: PartitionId,
  failure: Failure,
): Promise<TaskResult<never>> {
  const known = await app.store.getPartition(runId, partition);
  await app.store.putPartition(runId, {
    partition,
    done: false,
    rowsVisited: 0,
    rowsChanged: 0,
    batches: 0,
    batchRows: 0,
    rowsPerSecond: 0,
    ...known,
    pausedBecause: '',
    failure: { ...failure, message: `${partition}: ${failure.message}` },
    updatedAt: new Date(app.clock.now()).toISOString(),
  });
  app.log.error('partition-failed', { runId, partition, code: failure.code, message: failure.message });
  return { kind: 'blocked', failure };
}
