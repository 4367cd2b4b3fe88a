import { aws_iam as iam, Stack, aws_sns as sns, aws_sns_subscriptions as subscriptions } from 'aws-cdk-lib';
import { Construct } from 'constructs';

export interface NoticesProps {
  readonly emails: readonly string[];
}

/** The topic on which people hear of gates, verdicts, stopped executions and alarms. */
export class Notices extends Construct {
  readonly topic: sns.Topic;

  constructor(scope: Construct, id: string, { emails }: NoticesProps) {
    super(scope, id);
    this.topic = new sns.Topic(this, 'Topic', { displayName: 'Lockkeeper', enforceSSL: true });
    for (const email of emails) this.topic.addSubscription(new subscriptions.EmailSubscription(email));
    // A topic with a policy of its own has lost the default one, by which alarms of the account may publish.
    this.topic.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
  }
}
