import type { aws_cloudwatch as cloudwatch } from 'aws-cdk-lib';
import { functions } from '../../lambdas/catalog.ts';
import type { AlarmThresholds } from '../orchestrator-props.ts';
import { failuresOf, isZero, ourMetric, period, sumOf } from './metrics.ts';
import type { WatchProps } from './watch.ts';

export interface AlarmSpec {
  readonly name: string;
  /** In words, for whoever is woken by it. */
  readonly says: string;
  /** File under docs/operations, with the place in it. */
  readonly runbook: string;
  readonly metric: cloudwatch.IMetric;
  /** Goes off when the metric is greater. */
  readonly above: number;
  /** For how long. Default 5. */
  readonly minutes?: number;
  /** `alarms`: silence is itself the bad news. */
  readonly missing?: 'alarms';
}

export const defaultThresholds: AlarmThresholds = {
  heartbeatMinutes: 20,
  stalledMinutes: 30,
  runHours: 24,
  leaseOverdueMinutes: 15,
  approvalHours: 24,
  failedInstanceDays: 14,
  snapshotQuotaPercent: 90,
};

/** CloudWatch adds up ten metrics in one alarm. */
const METRICS_OF_AN_ALARM = 10;

export function alarmsOf(props: WatchProps): AlarmSpec[] {
  return [...executions(props), ...runs(props), ...plumbing(props)];
}

function executions({ machines }: WatchProps): AlarmSpec[] {
  const { migration, rollback } = machines;
  const both = (of: (machine: typeof migration) => cloudwatch.Metric, label: string) =>
    sumOf([of(migration), of(rollback)], label);
  return [
    {
      name: 'run-failed',
      says: 'A migration was rejected, rolled back or restored, or a person has to look at it.',
      runbook: 'run-ended-badly.md',
      metric: migration.metricFailed({ period }),
      above: 0,
    },
    {
      name: 'run-timed-out',
      says: 'An execution was ended by its time limit; its run is still open.',
      runbook: 'someone-pressed-stop.md',
      metric: both((machine) => machine.metricTimedOut({ period }), 'timed out'),
      above: 0,
    },
    {
      name: 'run-stopped',
      says: 'Somebody pressed Stop on an execution; its run is still open.',
      runbook: 'someone-pressed-stop.md',
      metric: both((machine) => machine.metricAborted({ period }), 'stopped'),
      above: 0,
    },
  ];
}

function runs({ prefix, thresholds }: WatchProps): AlarmSpec[] {
  const limits = { ...defaultThresholds, ...thresholds };
  return [
    {
      name: 'no-heartbeat',
      says: `A run is under way and no function has worked for it for ${limits.heartbeatMinutes} minutes.`,
      runbook: 'stalled-run.md#no-heartbeat',
      metric: ourMetric(prefix, 'HeartbeatAgeSeconds', 'Maximum'),
      above: limits.heartbeatMinutes * 60,
    },
    {
      name: 'backfill-stalled',
      says: `A backfill has not done a batch for ${limits.stalledMinutes} minutes, and nobody has paused it.`,
      runbook: 'stalled-run.md#no-rows',
      metric: ourMetric(prefix, 'StalledSeconds', 'Maximum'),
      above: limits.stalledMinutes * 60,
    },
    {
      name: 'run-past-window',
      says: `A run has been at work for more than ${limits.runHours} hours.`,
      runbook: 'stalled-run.md#past-its-window',
      metric: ourMetric(prefix, 'RunSeconds', 'Maximum'),
      above: limits.runHours * 3600,
    },
    {
      name: 'lease-overdue',
      says: `The lease of a run under way has been expired for more than ${limits.leaseOverdueMinutes} minutes.`,
      runbook: 'stuck-lease.md',
      metric: ourMetric(prefix, 'LeaseOverdueSeconds', 'Maximum'),
      above: limits.leaseOverdueMinutes * 60,
    },
    {
      name: 'approval-waiting',
      says: `A run has been waiting for a person for more than ${limits.approvalHours} hours.`,
      runbook: 'approve.md',
      metric: ourMetric(prefix, 'ApprovalWaitSeconds', 'Maximum'),
      above: limits.approvalHours * 3600,
    },
    {
      name: 'rollback-started',
      says: 'A run goes back.',
      runbook: 'run-ended-badly.md#a-run-that-goes-back',
      metric: ourMetric(prefix, 'RollbackStarted', 'Sum'),
      above: 0,
    },
    {
      name: 'needs-attention',
      says: 'A run can go neither forward nor back by itself; nothing was deleted.',
      runbook: 'run-ended-badly.md#needs_attention',
      metric: ourMetric(prefix, 'NeedsAttention', 'Sum'),
      above: 0,
    },
    {
      name: 'failed-instance-kept',
      says: `The failed instance of a restore has been kept, and paid for, for ${limits.failedInstanceDays} days.`,
      runbook: 'clean-up.md#the-failed-instance',
      metric: ourMetric(prefix, 'FailedInstanceDays', 'Maximum'),
      above: limits.failedInstanceDays,
    },
    {
      name: 'snapshot-quota',
      says: `More than ${limits.snapshotQuotaPercent} % of the Region's manual snapshots are used: without one, no run begins.`,
      runbook: 'clean-up.md#snapshots',
      metric: ourMetric(prefix, 'SnapshotQuotaPercent', 'Maximum'),
      above: limits.snapshotQuotaPercent,
    },
  ];
}

function plumbing({ functions: deployed, rules, deadLetters }: WatchProps): AlarmSpec[] {
  const handlers = [...deployed].map(([name, { handler }]) => ({ name, handler }));
  const called = new Set(functions.filter(({ calledBy }) => calledBy === 'rule').map(({ name }) => name));
  const byRules = handlers.filter(({ name }) => called.has(name));
  const watch = deployed.get('watch');
  return [
    {
      name: 'dead-letters',
      says: 'An event could not be delivered, or was not understood: something that was asked for has not happened.',
      runbook: 'dead-letters.md',
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }),
      above: 0,
    },
    {
      name: 'rules-failing',
      says: 'EventBridge could not hand an event to a function.',
      runbook: 'dead-letters.md',
      metric: sumOf(rules.slice(0, METRICS_OF_AN_ALARM).map(failuresOf), 'failed invocations'),
      above: 0,
    },
    {
      name: 'event-functions-failing',
      says: 'A function that acts on events has failed.',
      runbook: 'functions-failing.md',
      metric: sumOf(
        byRules.map(({ handler }) => handler.metricErrors({ period })),
        'errors',
      ),
      above: 0,
    },
    ...inGroups(handlers, METRICS_OF_AN_ALARM).flatMap((group, index) => [
      {
        name: `functions-failing-${index + 1}`,
        says: `A function fails again and again: one of ${group.map(({ name }) => name).join(', ')}.`,
        runbook: 'functions-failing.md',
        metric: sumOf(
          group.map(({ handler }) => handler.metricErrors({ period })),
          'errors',
        ),
        // A state retries a few times by itself, for instance when a connection breaks.
        above: 5,
        minutes: 10,
      },
      {
        name: `functions-throttled-${index + 1}`,
        says: `Lambda has no room for a function: one of ${group.map(({ name }) => name).join(', ')}.`,
        runbook: 'functions-failing.md#throttled',
        metric: sumOf(
          group.map(({ handler }) => handler.metricThrottles({ period })),
          'throttles',
        ),
        above: 0,
      },
    ]),
    ...(watch === undefined
      ? []
      : [
          {
            name: 'watch-silent',
            says: 'The function that measures runs has not run: alarms about runs see nothing.',
            runbook: 'functions-failing.md#the-watch-is-silent',
            metric: isZero(watch.handler.metricInvocations({ period })),
            above: 0,
            minutes: 15,
            missing: 'alarms' as const,
          },
        ]),
  ];
}

function inGroups<Each>(all: readonly Each[], size: number): Each[][] {
  const groups: Each[][] = [];
  for (let begin = 0; begin < all.length; begin += size) groups.push(all.slice(begin, begin + size));
  return groups;
}
