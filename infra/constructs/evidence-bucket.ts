import { Duration, type aws_kms as kms, type RemovalPolicy, aws_s3 as s3, Validations } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { ObjectLock } from '../orchestrator-props.ts';

export interface EvidenceBucketProps {
  readonly encryptionKey?: kms.IKey | undefined;
  readonly objectLock?: ObjectLock | undefined;
  readonly removalPolicy: RemovalPolicy;
}

/**
 * Plans, descriptions of instances, reports and the teams' migrations, each version of each. A bundle that lands in
 * it is announced on the event bus.
 */
export class EvidenceBucket extends Construct {
  readonly bucket: s3.Bucket;

  constructor(
    scope: Construct,
    id: string,
    { encryptionKey, objectLock, removalPolicy }: EvidenceBucketProps,
  ) {
    super(scope, id);
    this.bucket = new s3.Bucket(this, 'Bucket', {
      versioned: true,
      ...(encryptionKey === undefined
        ? { encryption: s3.BucketEncryption.S3_MANAGED }
        : { encryption: s3.BucketEncryption.KMS, encryptionKey, bucketKeyEnabled: true }),
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy,
      ...(objectLock === undefined
        ? {}
        : { objectLockEnabled: true, objectLockDefaultRetention: retention(objectLock) }),
    });
    // The construct's own switch would bring a function of CDK's, with a policy managed by AWS.
    const resource = this.bucket.node.defaultChild as s3.CfnBucket;
    resource.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Who reads and writes evidence is recorded by CloudTrail data events, which the owner of the account switches on for every bucket at once.',
    });
  }
}

const retention = ({ mode, days }: ObjectLock): s3.ObjectLockRetention =>
  mode === 'compliance'
    ? s3.ObjectLockRetention.compliance(Duration.days(days))
    : s3.ObjectLockRetention.governance(Duration.days(days));
