import type { Status } from '../core/lifecycle.ts';
import type { Plan } from '../core/plan/plan.ts';
import { resourceOf } from '../core/target.ts';
import { announce } from './announce.ts';
import type { App } from './app.ts';
import { leaseMs } from './lease.ts';
import type { Figures } from './ports/metrics.ts';
import type { Lease, PartitionProgress, RunEvent, RunRecord } from './ports/run-store.ts';
import { describe } from './restorable/description.ts';
import { loadWork } from './runs.ts';

/**
 * Publishes what a run cannot say of itself, because it may be the very thing that is silent: how long ago its last
 * sign of life was, how long it has been waiting, what it has left behind. What cannot be read is left out.
 */
export async function watch(app: App): Promise<void> {
  for (const { name } of app.targets) {
    try {
      app.metrics.put(name, await figuresOf(app, name));
    } catch (error) {
      app.log.warn('target-unreadable', { target: name, reason: String(error) });
    }
  }
  try {
    const { ManualSnapshots, ManualClusterSnapshots } = await app.rds.quotas();
    const shares = [ManualSnapshots, ManualClusterSnapshots].flatMap((quota) =>
      quota === undefined ? [] : [(100 * quota.used) / quota.max],
    );
    if (shares.length > 0) app.metrics.put(null, { SnapshotQuotaPercent: Math.max(...shares) });
  } catch (error) {
    app.log.warn('quota-unreadable', { reason: String(error) });
  }
}

async function figuresOf(app: App, target: string): Promise<Figures> {
  const runs = await app.store.listRuns(target, 50);
  await announceLeftOvers(app, runs);
  const lease = await app.store.readLease(target);
  const underWay = runs.filter(({ status }) => status !== 'concluded');
  const readings = await Promise.all(underWay.map((run) => figuresOfRun(app, run, lease)));
  const largest = (name: keyof Figures): number =>
    Math.max(0, ...readings.map((reading) => reading[name] ?? 0));
  const progress = readings.flatMap(({ ProgressPercent }) => ProgressPercent ?? []);
  return {
    RunsUnderWay: underWay.length,
    HeartbeatAgeSeconds: largest('HeartbeatAgeSeconds'),
    LeaseOverdueSeconds: largest('LeaseOverdueSeconds'),
    StalledSeconds: largest('StalledSeconds'),
    RunSeconds: largest('RunSeconds'),
    ApprovalWaitSeconds: largest('ApprovalWaitSeconds'),
    FailedInstanceDays: await failedInstanceDays(app, runs),
    ...(progress.length === 0 ? {} : { ProgressPercent: Math.max(...progress) }),
  };
}

/** What a function had no time to tell before it died, and none came after it. The index may be behind. */
async function announceLeftOvers(app: App, runs: readonly RunRecord[]): Promise<void> {
  for (const { runId, unannounced = [] } of runs) {
    const run = unannounced.length === 0 ? null : await app.store.getRun(runId);
    if (run !== null) await announce(app, run);
  }
}

/** In these a function renews the lease again and again; elsewhere a run waits for RDS or for people. */
const working: ReadonlySet<Status> = new Set(['expanding', 'backfilling', 'contracting']);
/** A run that waits at a gate holds nothing up. */
const waiting: ReadonlySet<string> = new Set<Status>(['awaiting-approval', 'awaiting-contract', 'paused']);
/** Somebody is asked, and the run cannot go on without an answer. */
const asking: ReadonlySet<Status> = new Set(['awaiting-approval', 'awaiting-restore']);

async function figuresOfRun(app: App, run: RunRecord, lease: Lease | null): Promise<Figures> {
  const now = app.clock.now();
  const events = await app.store.listEvents(run.runId);
  const held = lease?.runId === run.runId && working.has(run.status) ? lease : null;
  const asked = asking.has(run.status) ? lastChange(run, events) : now;
  return {
    RunSeconds: (now - Date.parse(run.startedAt) - waitedMs(run, events, now)) / 1000,
    ApprovalWaitSeconds: Math.max(0, now - asked) / 1000,
    ...(held === null
      ? {}
      : {
          HeartbeatAgeSeconds: Math.max(0, now - (held.expiresAt - leaseMs)) / 1000,
          LeaseOverdueSeconds: Math.max(0, now - held.expiresAt) / 1000,
        }),
    ...(run.status === 'backfilling' ? await backfillFigures(app, run, events) : {}),
  };
}

async function backfillFigures(app: App, run: RunRecord, events: readonly RunEvent[]): Promise<Figures> {
  const [partitions, { plan }] = await Promise.all([
    app.store.listPartitions(run.runId),
    loadWork(app, run.runId),
  ]);
  const atWork = partitions.filter(({ pausedBecause }) => pausedBecause === '');
  const last = Math.max(lastChange(run, events), ...atWork.map(({ updatedAt }) => Date.parse(updatedAt)));
  return {
    ProgressPercent: progressOf(plan, partitions),
    StalledSeconds: run.pauseRequested === true ? 0 : Math.max(0, app.clock.now() - last) / 1000,
  };
}

function progressOf(plan: Plan, partitions: readonly PartitionProgress[]): number {
  const rows = plan.backfills.reduce((sum, { rowsEstimate }) => sum + rowsEstimate, 0);
  const visited = partitions.reduce((sum, { rowsVisited }) => sum + rowsVisited, 0);
  return rows === 0 ? 0 : Math.min(100, (100 * visited) / rows);
}

/** Since when the run has been where it is. */
function lastChange(run: RunRecord, events: readonly RunEvent[]): number {
  const changes = events.filter(({ kind }) => kind === 'status');
  return Date.parse(changes.at(-1)?.at ?? run.startedAt);
}

function waitedMs(run: RunRecord, events: readonly RunEvent[], now: number): number {
  const changes = events
    .filter(({ kind }) => kind === 'status')
    .map(({ at, text }) => ({ at: Date.parse(at), to: text.split('→ ').at(-1) ?? '' }));
  const ends = [...changes.slice(1).map(({ at }) => at), now];
  const waits = changes.map(({ at, to }, index) => (waiting.has(to) ? (ends[index] ?? now) - at : 0));
  const before = changes.length === 0 && waiting.has(run.status) ? now - Date.parse(run.startedAt) : 0;
  return waits.reduce((sum, wait) => sum + wait, before);
}

const DAY_MS = 86_400_000;

/** Of the oldest instance that a restore has set aside and nobody has removed. */
async function failedInstanceDays(app: App, runs: readonly RunRecord[]): Promise<number> {
  let days = 0;
  for (const run of runs) {
    const { restore } = run;
    if (restore?.stage !== 'swapped' || restore.swapStartedAt === undefined) continue;
    if (!(await isThere(app, run, restore.failedId))) continue;
    days = Math.max(days, (app.clock.now() - Date.parse(restore.swapStartedAt)) / DAY_MS);
  }
  return days;
}

/** Targets are reconfigured; then what a run set aside is looked for by neither kind. */
async function isThere(app: App, { target: name }: RunRecord, failedId: string): Promise<boolean> {
  const target = app.targets.find((candidate) => candidate.name === name);
  const resource = target === undefined ? null : resourceOf(target);
  return resource !== null && (await describe(app, resource.kind, failedId)) !== null;
}
