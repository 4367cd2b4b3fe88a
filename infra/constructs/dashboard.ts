import { aws_cloudwatch as cloudwatch } from 'aws-cdk-lib';
import type { MetricName } from '../../src/core/metrics/metrics.ts';
import { ourMetric } from './metrics.ts';
import type { WatchProps } from './watch.ts';

/** A row a list: what is wrong, how far runs are, what holds them up, what they do to the server. */
export function widgetsOf(props: WatchProps, alarms: readonly cloudwatch.IAlarm[]): cloudwatch.IWidget[][] {
  const { prefix, machines } = props;
  const eachTarget = (name: MetricName, statistic: string) =>
    props.targets.map((target) => ourMetric(prefix, name, statistic, target.name));
  const graph = (title: string, left: cloudwatch.IMetric[]) =>
    new cloudwatch.GraphWidget({ title, left, width: 8, height: 6, leftYAxis: { min: 0 } });
  const whole = (name: MetricName, label: string) => ourMetric(prefix, name, 'Sum').with({ label });

  return [
    [new cloudwatch.AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 24, height: 4 })],
    [
      graph('Progress of backfills (%)', eachTarget('ProgressPercent', 'Maximum')),
      graph('Rows a second, each worker', eachTarget('RowsPerSecond', 'Average')),
      graph('Rows', eachTarget('RowsVisited', 'Sum')),
    ],
    [
      graph('Pauses, by reason', [
        whole('ThrottledByReplicationLag', 'replication lag'),
        whole('ThrottledByLockWaiters', 'sessions waiting for our locks'),
        whole('ThrottledByOldTransaction', 'an old transaction'),
        whole('ThrottledForWantOfReadings', 'readings missing'),
      ]),
      graph('Replica lag (s)', eachTarget('ReplicationLagSeconds', 'Maximum')),
      graph('Sessions waiting for our locks', eachTarget('SessionsWaitingForUs', 'Maximum')),
    ],
    [
      graph('Runs under way', eachTarget('RunsUnderWay', 'Maximum')),
      graph('Since the last sign of life (s)', eachTarget('HeartbeatAgeSeconds', 'Maximum')),
      graph('Executions', [
        machines.migration.metricStarted({ label: 'started' }),
        machines.migration.metricSucceeded({ label: 'succeeded' }),
        machines.migration.metricFailed({ label: 'failed' }),
        machines.migration.metricAborted({ label: 'stopped' }),
      ]),
    ],
  ];
}
