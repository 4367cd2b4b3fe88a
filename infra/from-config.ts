import {
  aws_cloudwatch as cloudwatch,
  type aws_events as events,
  aws_iam as iam,
  aws_kms as kms,
  type aws_logs as logs,
  aws_secretsmanager as secretsmanager,
  aws_sns as sns,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { ConfiguredTarget, InfraConfig } from './config.ts';
import type { AlarmThresholds, MigrationOrchestratorProps, MigrationTarget } from './orchestrator-props.ts';

/** The props that a configuration file stands for; what it names by ARN is looked up below `scope`. */
export function propsFrom(scope: Construct, config: InfraConfig): MigrationOrchestratorProps {
  const named = new Construct(scope, 'Named');
  const { prefix, notify, network, encryptionKey, objectLock } = config;
  return {
    prefix,
    // The numbers are those of the enumeration.
    logRetention: config.logRetentionDays as logs.RetentionDays,
    emails: notify.emails,
    ...(notify.topic === undefined
      ? {}
      : { approvalTopic: sns.Topic.fromTopicArn(named, 'Topic', notify.topic) }),
    ...(notify.alarmTopic === undefined
      ? {}
      : { alarmTopic: sns.Topic.fromTopicArn(named, 'AlarmTopic', notify.alarmTopic) }),
    ...(encryptionKey === undefined
      ? {}
      : { encryptionKey: kms.Key.fromKeyArn(named, 'EncryptionKey', encryptionKey) }),
    ...(objectLock === undefined ? {} : { objectLock }),
    ...(network === undefined ? {} : { network }),
    thresholds: present(config.thresholds),
    targets: config.targets.map((target) => toMigrationTarget(new Construct(named, target.name), target)),
  };
}

function toMigrationTarget(scope: Construct, target: ConfiguredTarget): MigrationTarget {
  const { name, engine, restore, onAlarm, transport, database, tlsCa, instance, host, port, access } = target;
  const { cluster, members } = target;
  const key = (arn: string) => kms.Key.fromKeyArn(scope, arn, arn);
  return {
    name,
    engine,
    restore,
    onAlarm,
    transport,
    database: {
      ...(instance === undefined ? {} : { instance }),
      ...(cluster === undefined ? {} : { cluster, members }),
      ...(host === undefined ? {} : { host }),
      ...(port === undefined ? {} : { port }),
    },
    secret: secretFor(scope, target.secret),
    ...(access.secretKey === undefined ? {} : { secretKey: key(access.secretKey) }),
    ...(database === undefined ? {} : { databaseName: database }),
    ...(tlsCa === undefined ? {} : { tlsCa }),
    storageKeys: [...new Set(access.storageKeys)].filter((arn) => arn !== access.secretKey).map(key),
    restoreRoles: [...new Set(access.roles)].map((arn) => iam.Role.fromRoleArn(scope, arn, arn)),
    deployments: target.deployments.map(({ 'detail-type': detailType, ...pattern }) => ({
      ...pattern,
      detailType,
    })) as events.EventPattern[],
    alarms: target.alarms.map((arn) => cloudwatch.Alarm.fromAlarmArn(scope, arn, arn)),
  };
}

/** By name, by an ARN with the six characters that Secrets Manager adds, or by one without. */
function secretFor(scope: Construct, secret: string): secretsmanager.ISecret {
  if (!secret.startsWith('arn:')) return secretsmanager.Secret.fromSecretNameV2(scope, 'Secret', secret);
  return /-[A-Za-z0-9]{6}$/.test(secret)
    ? secretsmanager.Secret.fromSecretCompleteArn(scope, 'Secret', secret)
    : secretsmanager.Secret.fromSecretPartialArn(scope, 'Secret', secret);
}

const present = (thresholds: InfraConfig['thresholds']): Partial<AlarmThresholds> =>
  Object.fromEntries(Object.entries(thresholds).filter(([, value]) => value !== undefined));
