import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { VirtualClock } from '../../../src/local/clock/virtual-clock.ts';
import { MonitoringService } from '../../../src/local/monitoring/service.ts';
import { serve } from '../../support/serve.ts';

const clock = new VirtualClock(Date.UTC(2026, 0, 1, 12));
const monitoring = new MonitoringService({ clock, region: 'us-east-1', account: '000000000000' });
let served: Awaited<ReturnType<typeof serve<CloudWatchClient>>>;
beforeAll(async () => {
  served = await serve(monitoring, CloudWatchClient);
});
afterAll(() => served?.stop());

const Dimensions = [
  { Name: 'DBInstanceIdentifier', Value: 'orders' },
  { Name: 'Role', Value: 'writer' },
];
const at = (minute: number, second = 0) => new Date(Date.UTC(2026, 0, 1, 12, minute, second));

test('values that were put come back by period and statistic, newest first', async () => {
  await served.client.send(
    new PutMetricDataCommand({
      Namespace: 'AWS/RDS',
      MetricData: [
        { MetricName: 'CPU', Dimensions, Timestamp: at(0, 1), Value: 10 },
        { MetricName: 'CPU', Dimensions: [...Dimensions].reverse(), Timestamp: at(0, 59), Value: 30 },
        { MetricName: 'CPU', Dimensions, Timestamp: at(2), Values: [50, 90], Counts: [3, 1] },
        { MetricName: 'CPU', Timestamp: at(0), Value: 99 },
      ],
    }),
  );
  monitoring.put(
    { namespace: 'AWS/RDS', name: 'CPU', dimensions: { DBInstanceIdentifier: 'orders', Role: 'writer' } },
    70,
    at(3).getTime(),
  );
  const query = (Id: string, Stat: string) => ({
    Id,
    MetricStat: { Metric: { Namespace: 'AWS/RDS', MetricName: 'CPU', Dimensions }, Period: 60, Stat },
  });
  const { MetricDataResults } = await served.client.send(
    new GetMetricDataCommand({
      StartTime: at(0),
      EndTime: at(3),
      MetricDataQueries: [query('mean', 'Average'), query('top', 'Maximum')],
    }),
  );
  expect(MetricDataResults).toMatchObject([
    { Id: 'mean', Timestamps: [at(2), at(0)], Values: [60, 20], StatusCode: 'Complete' },
    { Id: 'top', Timestamps: [at(2), at(0)], Values: [90, 30] },
  ]);
  const { Datapoints } = await served.client.send(
    new GetMetricStatisticsCommand({
      Namespace: 'AWS/RDS',
      MetricName: 'CPU',
      Dimensions,
      StartTime: at(0),
      EndTime: at(10),
      Period: 300,
      Statistics: ['Sum', 'SampleCount', 'Minimum'],
    }),
  );
  expect(Datapoints).toMatchObject([{ Timestamp: at(0), Sum: 350, SampleCount: 7, Minimum: 10 }]);
});

test('a large batch, which the client compresses, arrives whole', async () => {
  const MetricData = Array.from({ length: 500 }, (_, value) => ({
    MetricName: 'Rows',
    Timestamp: at(5),
    Value: value,
  }));
  await served.client.send(new PutMetricDataCommand({ Namespace: 'Lockkeeper', MetricData }));
  const { Datapoints } = await served.client.send(
    new GetMetricStatisticsCommand({
      Namespace: 'Lockkeeper',
      MetricName: 'Rows',
      StartTime: at(5),
      EndTime: at(6),
      Period: 60,
      Statistics: ['SampleCount'],
    }),
  );
  expect(Datapoints).toMatchObject([{ SampleCount: 500 }]);
});

test('an alarm has the state that was set', async () => {
  const AlarmName = 'orders-cpu';
  const describe = async (filter: object) =>
    (await served.client.send(new DescribeAlarmsCommand(filter))).MetricAlarms;
  await served.client.send(
    new PutMetricAlarmCommand({
      AlarmName,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 80,
    }),
  );
  expect(await describe({ AlarmNames: [AlarmName] })).toMatchObject([
    { AlarmName, StateValue: 'INSUFFICIENT_DATA', Threshold: 80 },
  ]);
  await served.client.send(
    new SetAlarmStateCommand({ AlarmName, StateValue: 'ALARM', StateReason: 'a test' }),
  );
  monitoring.setAlarm('another', 'OK');
  expect(await describe({ StateValue: 'ALARM' })).toMatchObject([{ AlarmName, StateReason: 'a test' }]);
  expect(await describe({ AlarmNamePrefix: 'ano' })).toMatchObject([
    { AlarmName: 'another', StateValue: 'OK' },
  ]);
  await expect(
    served.client.send(new SetAlarmStateCommand({ AlarmName: 'none', StateValue: 'OK', StateReason: 'x' })),
  ).rejects.toMatchObject({ name: 'ResourceNotFound' });
});
