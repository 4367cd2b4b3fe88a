import { ArnFormat, aws_iam as iam, type Stack } from 'aws-cdk-lib';
import type { Grant } from '../lambdas/catalog.ts';
import type { DeployedTarget } from './target.ts';
import {
  clusterOf,
  failedName,
  instanceNames,
  membersOf,
  productionName,
  restoredName,
  snapshotName,
} from './target-names.ts';

/** What the grants are made out for. */
export interface Granted {
  readonly tableArn: string;
  readonly bucketArn: string;
  readonly topicArn: string;
  /** Of the table, the bucket and the topic, where they have one of their own. */
  readonly keyArn?: string | undefined;
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
      targets.map(({ secretArn }) => secretArn),
    ),
    ...allow(
      ['kms:Decrypt'],
      unique(targets.flatMap(({ secretKeys }) => secretKeys)),
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
  // By the machine's name and by that of its alias, which AWS asks about as well.
  'execution-start': (stack, { machineNames: [migration = ''] }) =>
    allow(
      ['states:StartExecution'],
      [migration, `${migration}:*`].map((name) => statesArn(stack, 'stateMachine', name)),
    ),
  // The workers of a Distributed Map wait under a machine of their own, `<machine>/<label>`.
  'task-tokens': (stack, { machineNames }) =>
    allow(
      ['states:SendTaskSuccess', 'states:SendTaskFailure'],
      machineNames
        .flatMap((name) => [name, `${name}/*`])
        .map((name) => statesArn(stack, 'stateMachine', name)),
    ),

  'data-api': (stack, { targets }) => dataApi(stack, targets, productionName),

  'rds-describe': (stack, { targets }) => [
    ...allow(
      ['rds:DescribeDBInstances'],
      [
        ...unique([...targets, ...targets.flatMap(membersOf)].flatMap(instanceNames)),
        // Readers that come and go by themselves; they are looked at, never renamed.
        ...(targets.some(({ cluster }) => cluster !== undefined) ? ['application-autoscaling-*'] : []),
      ].map((name) => rdsArn(stack, 'db', name)),
    ),
    ...allow(['rds:DescribeDBSnapshots'], snapshotArns(stack, targets)),
    ...allow(['rds:DescribeDBClusters'], clusterArns(stack, targets, instanceNames)),
    ...allow(['rds:DescribeDBClusterSnapshots'], clusterSnapshotArns(stack, targets)),
    // Which endpoints are a cluster's is found by asking for the cluster.
    ...allow(
      ['rds:DescribeDBClusterEndpoints'],
      [
        ...clusterArns(stack, targets, instanceNames),
        ...clusterArns(stack, targets, instanceNames)
          .slice(0, 1)
          .map(() => rdsArn(stack, 'cluster-endpoint', '*')),
      ],
    ),
  ],

  // Deployments, proxies and their target groups are found by what they lead to, not by name.
  'resource-describe': (stack, { targets }) =>
    targets.some(({ instance, cluster }) => instance !== undefined || cluster !== undefined)
      ? [
          ...allow(['rds:DescribeBlueGreenDeployments'], [rdsArn(stack, 'deployment', '*')]),
          ...allow(
            ['rds:DescribeDBProxies', 'rds:DescribeDBProxyTargets'],
            [rdsArn(stack, 'db-proxy', '*'), rdsArn(stack, 'target-group', '*')],
          ),
          ...allow(
            ['secretsmanager:DescribeSecret'],
            targets.map(({ secretArn }) => secretArn),
          ),
        ]
      : [],

  // Answers no identifiers, only how much of the account's room is used; AWS knows no resource for it.
  'snapshot-quota': () => allow(['rds:DescribeAccountAttributes'], ['*']),

  'rds-snapshot': (stack, { targets }) => [
    ...allow(
      ['rds:CreateDBSnapshot'],
      [
        ...targets.flatMap(productionName).map((name) => rdsArn(stack, 'db', name)),
        ...snapshotArns(stack, targets),
      ],
      taggedByRequest,
    ),
    ...allow(['rds:AddTagsToResource'], snapshotArns(stack, targets), taggedByRequest),
    ...allow(
      ['rds:CreateDBClusterSnapshot'],
      [...clusterArns(stack, targets, productionName), ...clusterSnapshotArns(stack, targets)],
      taggedByRequest,
    ),
    ...allow(['rds:AddTagsToResource'], clusterSnapshotArns(stack, targets), taggedByRequest),
    ...encryption(stack, targets),
  ],

  'rds-restore': (stack, { targets }) => {
    const restored = unique(targets.flatMap(restoredName)).map((name) => rdsArn(stack, 'db', name));
    const clusters = clusterArns(stack, targets, restoredName);
    if (restored.length + clusters.length === 0) return [];
    const members = unique(targets.flatMap(membersOf).flatMap(restoredName)).map((name) =>
      rdsArn(stack, 'db', name),
    );
    const clusterGroups = clusters.length === 0 ? [] : [rdsArn(stack, 'cluster-pg', '*')];
    const instanceCalls = restored.length === 0 ? [] : parameterGroupsOf(stack);
    // The groups of the source, as it has them on the day: their names are not known here.
    const parameterGroups = parameterGroupsOf(stack);
    const groups = [...parameterGroups, ...clusterGroups, rdsArn(stack, 'subgrp', '*')];
    return [
      // From a snapshot that a run has taken, to an instance that bears the run's tag.
      ...allow(['rds:RestoreDBInstanceFromDBSnapshot'], snapshotArns(stack, targets), tagged),
      ...allow(
        ['rds:RestoreDBInstanceFromDBSnapshot'],
        restored.length === 0 ? [] : [...restored, ...parameterGroups, rdsArn(stack, 'subgrp', '*')],
        taggedByRequest,
      ),
      ...allow(['rds:RestoreDBClusterFromSnapshot'], clusterSnapshotArns(stack, targets), tagged),
      ...allow(
        ['rds:RestoreDBClusterFromSnapshot'],
        clusters.length === 0 ? [] : [...clusters, ...groups],
        taggedByRequest,
      ),
      // Instances that bear the run's tag, in a cluster that does: never one more in production.
      ...allow(
        ['rds:CreateDBInstance'],
        members.length === 0 ? [] : [...members, ...parameterGroups, rdsArn(stack, 'subgrp', '*')],
        taggedByRequest,
      ),
      ...allow(['rds:CreateDBInstance'], clusters, tagged),
      ...allow(['rds:AddTagsToResource'], [...restored, ...clusters, ...members], taggedByRequest),
      ...allow(['rds:ModifyDBInstance'], restored, tagged),
      ...allow(['rds:ModifyDBInstance'], instanceCalls),
      ...allow(['rds:ModifyDBCluster'], clusters, tagged),
      ...allow(['rds:ModifyDBCluster'], clusters.length === 0 ? [] : [...parameterGroups, ...clusterGroups]),
      // The copy is proved over a Data API of its own, which a restore leaves off.
      ...allow(['rds:EnableHttpEndpoint'], clusterArns(stack, overDataApi(targets), restoredName), tagged),
      ...dataApi(stack, targets, restoredName),
      ...encryption(stack, targets),
      ...allow(['iam:PassRole'], unique(targets.flatMap(({ roles }) => roles)), {
        StringEquals: { 'iam:PassedToService': ['rds.amazonaws.com', 'monitoring.rds.amazonaws.com'] },
      }),
    ];
  },

  // A rename is a ModifyDBInstance of the old name; IAM is asked about the new one too where AWS does so.
  'rds-rename': (stack, { targets }) => {
    const instances = [...targets, ...targets.flatMap(membersOf)];
    return [
      ...allow(
        ['rds:ModifyDBInstance'],
        [...instances.flatMap(productionName), ...unique(instances.flatMap(failedName))].map((name) =>
          rdsArn(stack, 'db', name),
        ),
      ),
      ...allow(
        ['rds:ModifyDBInstance'],
        unique(instances.flatMap(restoredName)).map((name) => rdsArn(stack, 'db', name)),
        tagged,
      ),
      ...allow(
        ['rds:ModifyDBCluster'],
        [...clusterArns(stack, targets, productionName), ...clusterArns(stack, targets, failedName)],
      ),
      ...allow(['rds:ModifyDBCluster'], clusterArns(stack, targets, restoredName), tagged),
      // The restored cluster, once it bears the name: a rename switches its Data API off.
      ...allow(['rds:EnableHttpEndpoint'], clusterArns(stack, targets, productionName), tagged),
    ];
  },
};

/** The tag that a run gives to its snapshots and restored instances (src/core/restore/names.ts). */
export const runTag = 'lockkeeper:run';

/** What is there bears the tag of a run. `ManagedBy` would not do: an owner may use that key for something else. */
const tagged: iam.Conditions = { Null: { [`aws:ResourceTag/${runTag}`]: 'false' } };
/** What is asked for will bear it. */
const taggedByRequest: iam.Conditions = { Null: { [`aws:RequestTag/${runTag}`]: 'false' } };

/** What using the key takes for whoever reads and writes what it encrypts, through those services alone. */
export function useKey(stack: Stack, keyArn: string): iam.PolicyStatement {
  const services = ['dynamodb', 's3', 'sns', 'sqs'];
  return new iam.PolicyStatement({
    actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'],
    resources: [keyArn],
    conditions: {
      StringEquals: {
        'kms:ViaService': services.map((service) => `${service}.${stack.region}.${stack.urlSuffix}`),
      },
    },
  });
}

const statesArn = (stack: Stack, resource: 'stateMachine' | 'execution', resourceName: string): string =>
  stack.formatArn({ service: 'states', resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });

const rdsArn = (
  stack: Stack,
  resource:
    | 'db'
    | 'snapshot'
    | 'cluster'
    | 'cluster-snapshot'
    | 'cluster-endpoint'
    | 'cluster-pg'
    | 'pg'
    | 'og'
    | 'subgrp'
    | 'deployment'
    | 'db-proxy'
    | 'target-group',
  resourceName: string,
): string =>
  stack.formatArn({ service: 'rds', resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });

const snapshotArns = (stack: Stack, targets: readonly DeployedTarget[]): string[] =>
  targets.flatMap(snapshotName).map((name) => rdsArn(stack, 'snapshot', name));

const clusterSnapshotArns = (stack: Stack, targets: readonly DeployedTarget[]): string[] =>
  targets
    .flatMap((target) => snapshotName(clusterOf(target)))
    .map((name) => rdsArn(stack, 'cluster-snapshot', name));

/** The targets that are clusters, under some of their names. */
const clusterArns = (
  stack: Stack,
  targets: readonly DeployedTarget[],
  names: (named: ReturnType<typeof clusterOf>) => string[],
): string[] =>
  unique(targets.flatMap((target) => names(clusterOf(target)))).map((name) => rdsArn(stack, 'cluster', name));

const overDataApi = (targets: readonly DeployedTarget[]) => targets.filter((target) => target.overDataApi);

/** Statements on clusters, under some of their names; the secret is read in the caller's name. */
const dataApi = (
  stack: Stack,
  targets: readonly DeployedTarget[],
  names: (named: ReturnType<typeof clusterOf>) => string[],
): iam.PolicyStatement[] =>
  allow(
    [
      'rds-data:BeginTransaction',
      'rds-data:CommitTransaction',
      'rds-data:ExecuteStatement',
      'rds-data:RollbackTransaction',
    ],
    clusterArns(stack, overDataApi(targets), names),
  );

const parameterGroupsOf = (stack: Stack): string[] => [rdsArn(stack, 'pg', '*'), rdsArn(stack, 'og', '*')];

/** RDS encrypts a snapshot and a restored instance with the source's key, in the caller's name. */
function encryption(stack: Stack, targets: readonly DeployedTarget[]): iam.PolicyStatement[] {
  const restorable = targets.filter(({ instance, cluster }) => (instance ?? cluster) !== undefined);
  const storage = unique(restorable.flatMap(({ storageKeys }) => storageKeys));
  return [
    ...allow(['kms:DescribeKey'], storage, via(stack, 'rds')),
    ...allow(['kms:CreateGrant'], storage, {
      ...via(stack, 'rds'),
      Bool: { 'kms:GrantIsForAWSResource': 'true' },
    }),
  ];
}

const unique = (names: readonly string[]): string[] => [...new Set(names)];

/** The key may be used through the service alone, not directly. */
const via = (stack: Stack, service: string): iam.Conditions => ({
  StringEquals: { 'kms:ViaService': `${service}.${stack.region}.${stack.urlSuffix}` },
});
