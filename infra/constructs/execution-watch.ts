import {
  aws_cloudwatch_actions as actions,
  aws_cloudwatch as cloudwatch,
  Duration,
  aws_events as events,
  type aws_stepfunctions as sfn,
  type aws_sns as sns,
  aws_events_targets as targets,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';

export interface ExecutionWatchProps {
  readonly migration: sfn.StateMachine;
  readonly rollback: sfn.StateMachine;
  readonly topic: sns.Topic;
}

/** Tells people of executions that did not succeed, also of those that could not say so themselves. */
export class ExecutionWatch extends Construct {
  readonly rule: events.Rule;
  readonly alarm: cloudwatch.Alarm;

  constructor(scope: Construct, id: string, { migration, rollback, topic }: ExecutionWatchProps) {
    super(scope, id);
    const detail = (field: string) => events.EventField.fromPath(`$.detail.${field}`);
    this.rule = new events.Rule(this, 'Ended', {
      description: 'Lockkeeper: executions that were stopped, timed out or failed',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          status: ['ABORTED', 'TIMED_OUT', 'FAILED'],
          stateMachineArn: [migration.stateMachineArn, rollback.stateMachineArn],
        },
      },
      targets: [
        new targets.SnsTopic(topic, {
          message: events.RuleTargetInput.fromText(
            `Lockkeeper: execution ${detail('executionArn')} ended ${detail('status')}. ` +
              'If it was stopped, its run is still open: lockkeeper status shows it, lockkeeper rollback takes it back.',
          ),
        }),
      ],
    });
    this.alarm = new cloudwatch.Alarm(this, 'MigrationFailed', {
      alarmDescription: 'A migration was rejected, rolled back, restored, or needs a person.',
      metric: migration.metricFailed({ period: Duration.minutes(5) }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    this.alarm.addAlarmAction(new actions.SnsAction(topic));
  }
}
