import { ArnFormat, aws_iam as iam, type Stack } from 'aws-cdk-lib';
import type { Grant } from '../lambdas/catalog.ts';
import type { DeployedTarget } from './config.ts';
import { instanceNames, restoredName, snapshotName } from './target-names.ts';

/** What the grants are made out for. */
export interface Granted {
  readonly tableArn: string;
  readonly bucketArn: string;
  readonly topicArn: string;
  /** Both state machines, by name: `lockkeeper-migration`. */
  readonly machineNames: readonly string[];
  readonly targets: readonly DeployedTarget[];
}

type Statements = (stack: Stack, to: Granted) => iam.PolicyStatement[];

const allow = (actions: string[], resources: readonly string[], conditions: iam.Conditions = {}) =>
  // A statement for no resource at all is not valid IAM; there is none to make then.
  resources.length === 0
    ? []
    : [new iam.PolicyStatement({ actions, resources: [...resources], conditions: { ...conditions } })];

/**
 * What each grant of the catalog allows. No statement names an action by a wildcard, and none deletes a
 * database, a snapshot, evidence or a secret.
 */
export const statementsFor: Readonly<Record<Grant, Statements>> = {
  'run-table': (_stack, { tableArn }) =>
    allow(
      [
        'dynamodb:GetItem',
        'dynamodb:Query',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
        'dynamodb:DeleteItem',
      ],
      [tableArn, `${tableArn}/index/*`],
    ),

  'artifacts-read': (_stack, { bucketArn }) => [
    ...allow(['s3:GetObject'], [`${bucketArn}/*`]),
    // Without it S3 says AccessDenied instead of NoSuchKey for what is not there.
    ...allow(['s3:ListBucket'], [bucketArn]),
  ],
  'artifacts-write': (_stack, { bucketArn }) => allow(['s3:PutObject'], [`${bucketArn}/*`]),

  'secret-read': (stack, { targets }) => [
    ...allow(
      ['secretsmanager:GetSecretValue'],
      targets.map((target) => secretArn(stack, target.secret)),
    ),
    ...allow(
      ['kms:Decrypt'],
      keys(targets, ({ access }) => [access.secretKey]),
      via(stack, 'secretsmanager'),
    ),
  ],

  notify: (stack, { topicArn }) => [
    ...allow(['sns:Publish'], [topicArn]),
    ...allow(
      ['events:PutEvents'],
      [stack.formatArn({ service: 'events', resource: 'event-bus', resourceName: 'default' })],
      { StringEquals: { 'events:source': 'lockkeeper' } },
    ),
  ],

  'execution-status': (stack, { machineNames }) =>
    allow(
      ['states:DescribeExecution'],
      machineNames.map((name) => statesArn(stack, 'execution', `${name}:*`)),
    ),
  // The workers of a Distributed Map wait under a machine of their own, `<machine>/<label>`.
  'task-tokens': (stack, { machineNames }) =>
    allow(
      ['states:SendTaskSuccess', 'states:SendTaskFailure'],
      machineNames
        .flatMap((name) => [name, `${name}/*`])
        .map((name) => statesArn(stack, 'stateMachine', name)),
    ),

  'rds-describe': (stack, { targets }) => [
    ...allow(
      ['rds:DescribeDBInstances'],
      targets.flatMap((target) => instanceNames(target).map((name) => rdsArn(stack, 'db', name))),
    ),
    ...allow(['rds:DescribeDBSnapshots'], snapshotArns(stack, targets)),
  ],

  'rds-snapshot': (stack, { targets }) => [
    ...allow(
      ['rds:CreateDBSnapshot'],
      [...instances(targets).map((name) => rdsArn(stack, 'db', name)), ...snapshotArns(stack, targets)],
    ),
    ...allow(['rds:AddTagsToResource'], snapshotArns(stack, targets)),
    ...encryption(stack, targets),
  ],

  'rds-restore': (stack, { targets }) => {
    const restored = targets.flatMap(restoredName).map((name) => rdsArn(stack, 'db', name));
    if (restored.length === 0) return [];
    // The groups of the source, as it has them on the day: their names are not known here.
    const parameterGroups = [rdsArn(stack, 'pg', '*'), rdsArn(stack, 'og', '*')];
    return [
      ...allow(
        ['rds:RestoreDBInstanceFromDBSnapshot'],
        [...restored, ...snapshotArns(stack, targets), ...parameterGroups, rdsArn(stack, 'subgrp', '*')],
      ),
      ...allow(['rds:ModifyDBInstance'], [...restored, ...parameterGroups]),
      ...allow(['rds:AddTagsToResource'], restored),
      ...encryption(stack, targets),
      ...allow(['iam:PassRole'], [...new Set(targets.flatMap(({ access }) => access.roles))], {
        StringEquals: { 'iam:PassedToService': ['rds.amazonaws.com', 'monitoring.rds.amazonaws.com'] },
      }),
    ];
  },

  // A rename is a ModifyDBInstance of the old name; IAM is asked about the new one too where AWS does so.
  'rds-rename': (stack, { targets }) =>
    allow(
      ['rds:ModifyDBInstance'],
      targets.flatMap((target) => instanceNames(target).map((name) => rdsArn(stack, 'db', name))),
    ),
};

/** A name becomes the pattern of its ARN: Secrets Manager adds six characters of its own. */
function secretArn(stack: Stack, secret: string): string {
  if (/^arn:.*-[A-Za-z0-9]{6}$/.test(secret)) return secret;
  if (secret.startsWith('arn:')) return `${secret}-??????`;
  return stack.formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    resourceName: `${secret}-??????`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

const statesArn = (stack: Stack, resource: 'stateMachine' | 'execution', resourceName: string): string =>
  stack.formatArn({ service: 'states', resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });

const rdsArn = (
  stack: Stack,
  resource: 'db' | 'snapshot' | 'pg' | 'og' | 'subgrp',
  resourceName: string,
): string =>
  stack.formatArn({ service: 'rds', resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });

const snapshotArns = (stack: Stack, targets: readonly DeployedTarget[]): string[] =>
  targets.flatMap(snapshotName).map((name) => rdsArn(stack, 'snapshot', name));

const instances = (targets: readonly DeployedTarget[]): string[] =>
  targets.flatMap(({ instance }) => (instance === undefined ? [] : [instance.toLowerCase()]));

/** RDS encrypts a snapshot and a restored instance with the source's key, in the caller's name. */
function encryption(stack: Stack, targets: readonly DeployedTarget[]): iam.PolicyStatement[] {
  const storage = keys(targets, ({ access }) => access.storageKeys);
  return [
    ...allow(['kms:DescribeKey'], storage, via(stack, 'rds')),
    ...allow(['kms:CreateGrant'], storage, {
      ...via(stack, 'rds'),
      Bool: { 'kms:GrantIsForAWSResource': 'true' },
    }),
  ];
}

const keys = (
  targets: readonly DeployedTarget[],
  of: (target: DeployedTarget) => readonly (string | undefined)[],
): string[] => [...new Set(targets.flatMap(of).filter((key) => key !== undefined))];

/** The key may be used through the service alone, not directly. */
const via = (stack: Stack, service: string): iam.Conditions => ({
  StringEquals: { 'kms:ViaService': `${service}.${stack.region}.${stack.urlSuffix}` },
});
