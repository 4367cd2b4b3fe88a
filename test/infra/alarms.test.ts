import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rules } from '../../lambdas/catalog.ts';
import { type MetricName, metricUnits } from '../../src/core/metrics/metrics.ts';
import { type Resource, render, root, synthesize } from './synth.ts';

const { resources } = synthesize();
const ofType = (type: string): [string, Resource][] =>
  Object.entries(resources).filter(([, { Type }]) => Type === type);

const alarms = ofType('AWS::CloudWatch::Alarm').map(([, { Properties }]) => ({
  name: String(Properties.AlarmName).replace('lockkeeper-', ''),
  says: String(Properties.AlarmDescription),
  actions: Properties.AlarmActions,
  text: JSON.stringify(Properties),
}));
const [topic = ''] = ofType('AWS::SNS::Topic').map(([id]) => id);

describe('the alarms', () => {
  it.each([
    ['run-failed', 'ExecutionsFailed'],
    ['run-timed-out', 'ExecutionsTimedOut'],
    ['run-stopped', 'ExecutionsAborted'],
    ['no-heartbeat', 'HeartbeatAgeSeconds'],
    ['backfill-stalled', 'StalledSeconds'],
    ['run-past-window', 'RunSeconds'],
    ['lease-overdue', 'LeaseOverdueSeconds'],
    ['approval-waiting', 'ApprovalWaitSeconds'],
    ['rollback-started', 'RollbackStarted'],
    ['needs-attention', 'NeedsAttention'],
    ['failed-instance-kept', 'FailedInstanceDays'],
    ['snapshot-quota', 'SnapshotQuotaPercent'],
    ['dead-letters', 'ApproximateNumberOfMessagesVisible'],
    ['functions-failing-1', 'Errors'],
    ['functions-throttled-1', 'Throttles'],
    ['watch-silent', 'Invocations'],
  ])('%s watches %s', (name, metric) => {
    expect(alarms.find((alarm) => alarm.name === name)?.text).toContain(`"MetricName":"${metric}"`);
  });

  it('tell somebody, and lead to a runbook that is there', () => {
    for (const { name, says, actions } of alarms) {
      expect(actions, name).toEqual([{ Ref: topic }]);
      const [, file = '', , anchor] = /\bdocs\/operations\/([\w-]+\.md)(#([\w-]+))?$/.exec(says) ?? [];
      expect(existsSync(`${root}/docs/operations/${file}`), `${name}: ${says}`).toBe(true);
      const headings = [...readFileSync(`${root}/docs/operations/${file}`, 'utf8').matchAll(/^#+ (.*)$/gm)];
      const anchors = headings.map(([, heading = '']) => heading.toLowerCase().replaceAll(/[^\w]+/g, '-'));
      if (anchor !== undefined) expect(anchors, `${name} leads to #${anchor}`).toContain(anchor);
    }
  });

  it('and the dashboard read only what the functions publish', () => {
    const [dashboard] = ofType('AWS::CloudWatch::Dashboard').map(([, { Properties }]) =>
      render(Properties.DashboardBody),
    );
    const read = [...`${dashboard}`.matchAll(/"Lockkeeper","(\w+)"/g)].map(([, name]) => name as MetricName);
    expect(read.length).toBeGreaterThan(8);
    expect(read.filter((name) => !(name in metricUnits))).toEqual([]);
  });
});

describe('the rules', () => {
  it('hand their events to a function by its alias, and what fails to the dead letters', () => {
    const [queue = ''] = ofType('AWS::SQS::Queue').map(([id]) => id);
    const made = ofType('AWS::Events::Rule');
    expect(made).toHaveLength(rules.length);
    for (const [, { Properties }] of made) {
      const [target] = Properties.Targets as { Arn: { Ref: string }; DeadLetterConfig: unknown }[];
      expect(resources[String(target?.Arn.Ref)]?.Type).toBe('AWS::Lambda::Alias');
      expect(target?.DeadLetterConfig).toEqual({ Arn: { 'Fn::GetAtt': [queue, 'Arn'] } });
    }
    for (const [, { Properties }] of ofType('AWS::Lambda::EventInvokeConfig')) {
      expect(
        render(
          (Properties.DestinationConfig as { OnFailure: { Destination: unknown } }).OnFailure.Destination,
        ),
      ).toBe(`\${${queue}.Arn}`);
    }
  });

  it('leave no name of a pattern unfilled', () => {
    const patterns = ofType('AWS::Events::Rule').map(([, { Properties }]) =>
      JSON.stringify(Properties.EventPattern ?? {}),
    );
    expect(patterns.filter((pattern) => /<\w+>/.test(pattern))).toEqual([]);
  });
});
