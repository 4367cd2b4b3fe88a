import {
  aws_cloudwatch_actions as actions,
  aws_cloudwatch as cloudwatch,
  type aws_events as events,
  type aws_stepfunctions as sfn,
  type aws_sns as sns,
  type aws_sqs as sqs,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { AlarmThresholds } from '../orchestrator-props.ts';
import type { DeployedTarget } from '../target.ts';
import { alarmsOf } from './alarms.ts';
import { widgetsOf } from './dashboard.ts';
import type { TaskFunction } from './task-function.ts';

export interface WatchProps {
  readonly prefix: string;
  readonly machines: { readonly migration: sfn.StateMachine; readonly rollback: sfn.StateMachine };
  readonly functions: ReadonlyMap<string, TaskFunction>;
  readonly rules: readonly events.Rule[];
  readonly deadLetters: sqs.Queue;
  readonly targets: readonly DeployedTarget[];
  readonly topic: sns.ITopic;
  readonly thresholds: Partial<AlarmThresholds>;
  readonly runbooks: string | undefined;
}

/** The alarms, each with the way to its runbook, and the dashboard beside them. */
export class Watch extends Construct {
  readonly alarms: readonly cloudwatch.Alarm[];
  readonly dashboard: cloudwatch.Dashboard;

  constructor(scope: Construct, id: string, props: WatchProps) {
    super(scope, id);
    const { prefix, runbooks = 'docs/operations' } = props;
    this.alarms = alarmsOf(props).map(({ name, says, runbook, metric, above, minutes = 5, missing }) => {
      const alarm = new cloudwatch.Alarm(this, name, {
        alarmName: `${prefix}-${name}`,
        alarmDescription: `${says} What to do: ${runbooks}/${runbook}`,
        metric,
        threshold: above,
        comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluationPeriods: Math.ceil(minutes / 5),
        treatMissingData:
          missing === 'alarms'
            ? cloudwatch.TreatMissingData.BREACHING
            : cloudwatch.TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(new actions.SnsAction(props.topic));
      return alarm;
    });
    this.dashboard = new cloudwatch.Dashboard(this, 'Dashboard', {
      dashboardName: prefix,
      widgets: widgetsOf(props, this.alarms),
    });
  }
}
