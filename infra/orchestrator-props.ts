import type {
  aws_cloudwatch as cloudwatch,
  aws_ec2 as ec2,
  aws_events as events,
  aws_iam as iam,
  aws_kms as kms,
  aws_lambda as lambda,
  aws_logs as logs,
  RemovalPolicy,
  aws_rds as rds,
  aws_secretsmanager as secretsmanager,
  aws_sns as sns,
} from 'aws-cdk-lib';

export interface MigrationOrchestratorProps {
  /** The databases under management. They stay their owners': nothing here creates or deletes one. */
  readonly targets: readonly MigrationTarget[];
  /**
   * Begins the names of the functions and the state machines, so that two orchestrators live side by side in one
   * account and Region. Default `lockkeeper`.
   */
  readonly prefix?: string;

  /** Where the functions that speak SQL live; without it, and without `network`, they stay outside any VPC. */
  readonly vpc?: ec2.IVpc;
  /** Default: the private subnets with egress. */
  readonly vpcSubnets?: ec2.SubnetSelection;
  /** Default: one of their own, reachable as `connections`. */
  readonly securityGroups?: readonly ec2.ISecurityGroup[];
  /**
   * Makes endpoints in `vpc` for what the SQL functions call there: S3 and DynamoDB by gateway, Secrets Manager, RDS,
   * SNS, EventBridge and Step Functions by interface. Not needed with NAT or endpoints that exist. Default false.
   */
  readonly endpoints?: boolean;
  /** Subnets and security groups by id, instead of `vpc`. */
  readonly network?: NetworkIds;

  /** Where people hear of gates, verdicts and interruptions. Default: a new topic. */
  readonly approvalTopic?: sns.ITopic;
  /** Where alarms go. Default: the approval topic. */
  readonly alarmTopic?: sns.ITopic;
  /** Addresses that a new approval topic writes to; AWS asks each to confirm. */
  readonly emails?: readonly string[];

  /** Encrypts the table, the bucket, new topics and the dead-letter queue. Default: keys that AWS manages. */
  readonly encryptionKey?: kms.IKey;
  /** Of the run table and the evidence bucket. Default RETAIN: evidence outlives the stack. */
  readonly removalPolicy?: RemovalPolicy;
  /** Keeps each version of an object in the evidence bucket from being deleted. Default: versions without a lock. */
  readonly objectLock?: ObjectLock;
  /** Of the functions and the machines. Default three months. */
  readonly logRetention?: logs.RetentionDays;

  readonly thresholds?: Partial<AlarmThresholds>;
  /** Address of the folder of the runbooks that alarms name; default: where the package has them, `docs/operations`. */
  readonly runbooks?: string;
  /** The functions' code where it is not to come from this package: one index.js for all. Used by tests. */
  readonly code?: lambda.Code;
}

export interface NetworkIds {
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

export interface ObjectLock {
  /** `governance` may be lifted by whoever has the right to; `compliance` by nobody. */
  readonly mode: 'governance' | 'compliance';
  readonly days: number;
}

/** When an alarm goes off; each is a duration in minutes unless its name says otherwise. */
export interface AlarmThresholds {
  /** Since a function last said that it works for a run under way. Default 20: two slices. */
  readonly heartbeatMinutes: number;
  /** Since a backfill under way has changed or visited its last row. Default 30. */
  readonly stalledMinutes: number;
  /** A run may last this long, waits at gates not counted. Default 24. */
  readonly runHours: number;
  /** A lease that has expired while its run is under way. Default 15. */
  readonly leaseOverdueMinutes: number;
  /** A gate that waits for a person. Default 24. */
  readonly approvalHours: number;
  /** The failed instance of a restore is still there, and paid for. Default 14. */
  readonly failedInstanceDays: number;
  /** Share of the Region's manual snapshots that is used, in percent. Default 90. */
  readonly snapshotQuotaPercent: number;
}

/** One database under management. */
export interface MigrationTarget {
  /** Lower-case letters, digits and single hyphens, at most 40: what people and events call it. */
  readonly name: string;
  readonly engine: 'postgres' | 'mysql' | 'sqlserver';
  /** A database of this app, or what is known of one elsewhere. */
  readonly database: rds.IDatabaseInstance | rds.IDatabaseCluster | DatabaseAttributes;
  /** With `username` and `password`. */
  readonly secret: secretsmanager.ISecret;
  /** KMS key of the secret where it has one of its own. Default: the one the secret construct knows. */
  readonly secretKey?: kms.IKey;
  /** The database in it. Default: what the secret says. */
  readonly databaseName?: string;
  /**
   * Over connections of the functions' own, or over the Data API of an Aurora PostgreSQL cluster: then they need no
   * network to it, and no VPC. Default `direct`.
   */
  readonly transport?: 'direct' | 'data-api';
  /** A restore loses the writes made since the snapshot: `ask` has a person agree. Default `ask`. */
  readonly restore?: 'ask' | 'automatic';
  /** PEM text of certificate authorities trusted besides Amazon's and Node's. */
  readonly tlsCa?: string;
  /** KMS keys of the instance's storage and Performance Insights; not needed for aws/rds. */
  readonly storageKeys?: readonly kms.IKey[];
  /** Roles that a restored instance is given again: Enhanced Monitoring, directory service. */
  readonly restoreRoles?: readonly iam.IRole[];

  /** Events that say the new code is out: they open a contract gate that waits for a deployment. */
  readonly deployments?: readonly events.EventPattern[];
  /** Alarms that stop work on this target when they go off. */
  readonly alarms?: readonly cloudwatch.IAlarm[];
  /** What such an alarm does: `pause` until a person resumes, or `abort`, which takes the run back. Default `pause`. */
  readonly onAlarm?: 'pause' | 'abort';
}

/** A database that this app has no construct for. */
export interface DatabaseAttributes {
  /** RDS instance identifier: restore points and restores need it. */
  readonly instance?: string;
  /** Aurora cluster identifier, instead of an instance's. */
  readonly cluster?: string;
  /** The instances of the cluster: a restore renames them, and no others. */
  readonly members?: readonly string[];
  readonly host?: string;
  readonly port?: number;
}
