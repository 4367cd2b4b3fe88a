import {
  aws_iam as iam,
  type aws_kms as kms,
  Stack,
  aws_sns as sns,
  aws_sns_subscriptions as subscriptions,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';

export interface NoticesProps {
  readonly emails: readonly string[];
  readonly encryptionKey?: kms.IKey | undefined;
}

/** A topic on which people hear of gates, verdicts, interruptions and alarms. */
export class Notices extends Construct {
  readonly topic: sns.Topic;

  constructor(scope: Construct, id: string, { emails, encryptionKey }: NoticesProps) {
    super(scope, id);
    this.topic = new sns.Topic(this, 'Topic', {
      displayName: 'Lockkeeper',
      enforceSSL: true,
      ...(encryptionKey === undefined ? {} : { masterKey: encryptionKey }),
    });
    for (const email of emails) this.topic.addSubscription(new subscriptions.EmailSubscription(email));
    letAlarmsPublish(this.topic);
    if (encryptionKey !== undefined) letAlarmsUse(encryptionKey, Stack.of(this).account);
  }
}

/** A topic with a policy of its own has lost the default one, by which alarms of the account may publish. */
function letAlarmsPublish(topic: sns.Topic): void {
  topic.addToResourcePolicy(
    new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(topic).account } },
    }),
  );
}

/** Alarms publish in the name of CloudWatch, which then needs the topic's key. */
function letAlarmsUse(key: kms.IKey, account: string): void {
  key.addToResourcePolicy(
    new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': account } },
    }),
  );
}
