import { Duration, type aws_kms as kms, aws_sqs as sqs, Validations } from 'aws-cdk-lib';
import { Construct } from 'constructs';

export interface DeadLettersProps {
  readonly encryptionKey?: kms.IKey | undefined;
}

/** Where an event ends that could not be delivered, or that its function failed on each time. */
export class DeadLetters extends Construct {
  readonly queue: sqs.Queue;

  constructor(scope: Construct, id: string, { encryptionKey }: DeadLettersProps) {
    super(scope, id);
    this.queue = new sqs.Queue(this, 'Queue', {
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      ...(encryptionKey === undefined
        ? { encryption: sqs.QueueEncryption.SQS_MANAGED }
        : { encryption: sqs.QueueEncryption.KMS, encryptionMasterKey: encryptionKey }),
    });
    Validations.of(this.queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'This is the dead-letter queue; an alarm watches its depth.',
    });
  }
}
