import { readdirSync } from 'node:fs';
import { Lazy } from 'aws-cdk-lib';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Granted, runTag, statementsFor } from '../../infra/grants.ts';
import { instanceNames, snapshotName as snapshotPattern } from '../../infra/target-names.ts';
import { type FunctionSpec, functions, type Grant } from '../../lambdas/catalog.ts';
import { failedName, runTag as given, restoredName, snapshotName } from '../../src/core/restore/names.ts';
import { actionsSent, awsPorts, callsOf } from './handler-calls.ts';
import {
  bothKinds,
  dataApiExample,
  deployedTargets,
  everyKind,
  exampleConfig,
  functionsIn,
  roleOf,
  root,
  type Synthesized,
  statementsOf,
  synthesize,
} from './synth.ts';

const read = ['dynamodb:GetItem'];
const change = ['dynamodb:UpdateItem'];

/** What AWS asks permission for when a port's method is called, by the adapters under src/aws. */
const actionsFor: Readonly<Record<string, readonly string[]>> = {
  'store.createRun': ['dynamodb:PutItem', ...read],
  'store.getRun': read,
  'store.listRuns': ['dynamodb:Query'],
  'store.updateRun': [...read, ...change],
  'store.transition': [...read, ...change],
  'store.forgetAnnounced': change,
  'store.addEvent': ['dynamodb:PutItem'],
  'store.listEvents': ['dynamodb:Query'],
  'store.putPartition': ['dynamodb:PutItem'],
  'store.getPartition': read,
  'store.listPartitions': ['dynamodb:Query'],
  'store.readLease': read,
  'store.takeLease': change,
  'store.renewLease': change,
  'store.releaseLease': change,
  'store.putToken': ['dynamodb:PutItem'],
  'store.listTokens': ['dynamodb:Query'],
  'store.dropToken': ['dynamodb:DeleteItem'],
  'store.rememberStart': ['dynamodb:PutItem', ...read],
  'store.readClaim': read,
  'store.takeClaim': ['dynamodb:PutItem', ...read, ...change],
  'artifacts.putText': ['s3:PutObject'],
  // Listing is what makes a missing object NoSuchKey instead of AccessDenied.
  'artifacts.getText': ['s3:GetObject', 's3:ListBucket'],
  'secrets.current': ['secretsmanager:GetSecretValue'],
  'secrets.state': ['secretsmanager:DescribeSecret'],
  'notifier.notify': ['sns:Publish'],
  'notifier.announce': ['events:PutEvents'],
  'executions.succeed': ['states:SendTaskSuccess'],
  'executions.fail': ['states:SendTaskFailure'],
  'executions.isRunning': ['states:DescribeExecution'],
  'executions.start': ['states:StartExecution', 'states:DescribeExecution'],
  'executions.startRollback': ['states:StartExecution', 'states:DescribeExecution'],
  'rds.describeInstance': ['rds:DescribeDBInstances'],
  'rds.describeSnapshot': ['rds:DescribeDBSnapshots'],
  'rds.createSnapshot': ['rds:CreateDBSnapshot', 'rds:AddTagsToResource', 'rds:DescribeDBSnapshots'],
  'rds.restoreInstance': [
    'rds:RestoreDBInstanceFromDBSnapshot',
    'rds:AddTagsToResource',
    'rds:DescribeDBInstances',
  ],
  'clusters.describeCluster': [
    'rds:DescribeDBClusters',
    'rds:DescribeDBInstances',
    'rds:DescribeDBClusterEndpoints',
  ],
  'clusters.describeClusterSnapshot': ['rds:DescribeDBClusterSnapshots'],
  'clusters.createClusterSnapshot': [
    'rds:CreateDBClusterSnapshot',
    'rds:AddTagsToResource',
    'rds:DescribeDBClusterSnapshots',
  ],
  'clusters.restoreCluster': [
    'rds:RestoreDBClusterFromSnapshot',
    'rds:AddTagsToResource',
    'rds:DescribeDBClusters',
  ],
  'clusters.createMember': ['rds:CreateDBInstance', 'rds:AddTagsToResource', 'rds:DescribeDBInstances'],
  'clusters.modifyCluster': ['rds:ModifyDBCluster'],
  'clusters.renameCluster': ['rds:ModifyDBCluster'],
  'clusters.switchOnDataApi': ['rds:EnableHttpEndpoint', 'rds:DescribeDBClusters'],
  'rds.modifyInstance': ['rds:ModifyDBInstance'],
  'rds.renameInstance': ['rds:ModifyDBInstance'],
  'rds.quotas': ['rds:DescribeAccountAttributes'],
  'rds.deploymentsOf': ['rds:DescribeBlueGreenDeployments'],
  'rds.proxiesOf': ['rds:DescribeDBProxies', 'rds:DescribeDBProxyTargets'],
};

/** Whoever logs in may have to do so over the Data API, whose port is the engine's. */
const dataApiActions = [
  'rds-data:BeginTransaction',
  'rds-data:CommitTransaction',
  'rds-data:ExecuteStatement',
  'rds-data:RollbackTransaction',
];

/** Asked for along with another action, not called. */
const notCalled = new Set(['s3:ListBucket', 'rds:AddTagsToResource']);

/** Grants that speak of the same action for other resources: the method tells which one is needed. */
const grantFor: Readonly<Record<string, Grant>> = {
  'rds.modifyInstance': 'rds-restore',
  'rds.restoreInstance': 'rds-restore',
  'rds.renameInstance': 'rds-rename',
  'rds.createSnapshot': 'rds-snapshot',
  'clusters.createClusterSnapshot': 'rds-snapshot',
  'clusters.restoreCluster': 'rds-restore',
  'clusters.createMember': 'rds-restore',
  'clusters.modifyCluster': 'rds-restore',
  'clusters.renameCluster': 'rds-rename',
};

describe('the table of actions', () => {
  it.each(Object.entries(awsPorts))('knows every command that the adapter of %s sends', (port, adapter) => {
    const files = adapter.flatMap((part) =>
      part.endsWith('.ts')
        ? [`src/aws/${part}`]
        : readdirSync(`${root}/src/aws/${part}`).map((file) => `src/aws/${part}/${file}`),
    );
    const known = Object.entries(actionsFor)
      .filter(([method]) => method.startsWith(`${port}.`))
      .flatMap(([, actions]) => actions)
      .filter((action) => !notCalled.has(action));
    expect([...new Set(known)].toSorted()).toEqual([...actionsSent(root, files)].toSorted());
  });
});

describe('a function of the catalog', () => {
  let synthesized: Synthesized;
  const calls = new Map<string, ReadonlySet<string>>();

  beforeAll(async () => {
    synthesized = synthesize(everyKind());
    for (const { name } of functions) calls.set(name, await callsOf(root, name));
  });

  const callsBy = (spec: FunctionSpec): string[] => [...(calls.get(spec.name) ?? [])].toSorted();

  it.each(functions)('$name is understood: it calls ports, and the table knows each method', (spec) => {
    expect(callsBy(spec)).not.toEqual([]);
    expect(callsBy(spec).filter((call) => actionsFor[call] === undefined)).toEqual([]);
  });

  it.each(functions)('$name may do what its use case calls', (spec) => {
    const role = roleOf(functionsIn(synthesized).get(spec.name)?.resource ?? expect.fail());
    const allowed = new Set(
      statementsOf(synthesized.resources, role)
        .filter(({ effect }) => effect === 'Allow')
        .flatMap(({ actions }) => actions),
    );
    const missing = callsBy(spec).flatMap((call) =>
      (actionsFor[call] ?? [])
        .filter((action) => !allowed.has(action))
        .map((action) => `${call} needs ${action}`),
    );
    expect(missing).toEqual([]);
    const logsIn = callsBy(spec).includes('secrets.current');
    expect(dataApiActions.filter((action) => allowed.has(action))).toEqual(logsIn ? dataApiActions : []);
    const grants = callsBy(spec).flatMap((call) => grantFor[call] ?? []);
    expect(grants.filter((grant) => !spec.uses.includes(grant))).toEqual([]);
  });

  it.each(functions)('$name is granted nothing that its use case does not call', (spec) => {
    const needed = new Set([
      ...callsBy(spec).flatMap((call) => actionsFor[call] ?? []),
      ...(callsBy(spec).includes('secrets.current') ? dataApiActions : []),
    ]);
    const idle = spec.uses.filter(
      (grant) => !actionsOf(grant).some((action) => needed.has(action) && !notCalled.has(action)),
    );
    expect(idle).toEqual([]);
  });

  const actionsOf = (grant: Grant): string[] =>
    statementsFor[grant](synthesized.stack, withDataApi).flatMap(({ actions }) => actions);
});

const everything: Granted = {
  tableArn: 'arn:aws:dynamodb:eu-central-1:111122223333:table/runs',
  bucketArn: 'arn:aws:s3:::evidence',
  topicArn: 'arn:aws:sns:eu-central-1:111122223333:topic',
  machineNames: ['lockkeeper-migration', 'lockkeeper-rollback'],
  targets: deployedTargets(bothKinds()),
};

const withDataApi: Granted = { ...everything, targets: deployedTargets(everyKind()) };

describe('the names in policies', () => {
  const matches = (pattern: string, name: string): boolean =>
    new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(name);

  const word = fc.stringMatching(/^[a-z0-9]{1,12}$/);
  const identifier = (longest: number) =>
    fc
      .tuple(fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,9}$/), fc.array(word, { maxLength: 6 }))
      .map(([first, rest]) => [first, ...rest].join('-').slice(0, longest).replace(/-$/, ''));
  const run = fc.tuple(fc.stringMatching(/^[a-z0-9-]{1,16}$/), fc.stringMatching(/^[0-9a-f]{8}$/));

  it('cover the instance under every name that a run gives it', () => {
    fc.assert(
      fc.property(identifier(63), run, (instance, [version, hash]) => {
        const runId = `${version}-${hash}`;
        const patterns = instanceNames({ name: 'orders', instance });
        for (const name of [
          instance.toLowerCase(),
          restoredName(instance, runId),
          failedName(instance, runId),
        ]) {
          expect(patterns.filter((pattern) => matches(pattern, name))).not.toEqual([]);
        }
      }),
    );
  });

  it('cover the snapshots of a target', () => {
    fc.assert(
      fc.property(
        identifier(40),
        run,
        fc.constantFrom('start', 'contract'),
        (name, [version, hash], purpose) => {
          const target = name.toLowerCase();
          const [pattern] = snapshotPattern({ name: target, instance: 'orders-prod' });
          expect(matches(String(pattern), snapshotName(target, `${version}-${hash}`, purpose))).toBe(true);
        },
      ),
    );
  });

  it('are not those of another instance', () => {
    const patterns = instanceNames({ name: 'orders', instance: 'orders-prod' });
    for (const other of ['orders', 'orders-prod-2', 'orders-production', 'my-orders-prod']) {
      expect(patterns.filter((pattern) => matches(pattern, other))).toEqual([]);
    }
  });
});

describe('a grant', () => {
  const { stack } = synthesize();
  const withInstance = Object.keys(statementsFor) as Grant[];

  it.each(withInstance)('%s allows something, by named actions', (grant) => {
    const statements = statementsFor[grant](stack, withDataApi);
    expect(statements).not.toEqual([]);
    for (const { actions, resources } of statements) {
      expect(actions.filter((action) => action.includes('*'))).toEqual([]);
      const everywhere = resources.includes('*') ? actions : [];
      // Of the account, which has no ARN.
      expect(everywhere.filter((action) => action !== 'rds:DescribeAccountAttributes')).toEqual([]);
    }
  });

  it('on snapshots and restored instances asks for the tag of a run', () => {
    const made =
      /:((cluster-)?snapshot:lockkeeper-(orders|catalog)-\*|(db|cluster):(orders|catalog)-prod(-\d)?-rb-\*)$/;
    const changes = /^rds:(Create|Restore|Modify|AddTags)/;
    const statements = (['rds-snapshot', 'rds-restore', 'rds-rename'] as const)
      .flatMap((grant) => statementsFor[grant](stack, everything))
      .filter(
        ({ actions, resources }) =>
          actions.some((action) => changes.test(action)) && resources.some((arn) => made.test(arn)),
      );
    expect(statements.length).toBeGreaterThan(8);
    for (const { conditions } of statements) {
      expect(JSON.stringify(conditions)).toMatch(
        /"Null":\{"aws:(Resource|Request)Tag\/lockkeeper:run":"false"\}/,
      );
    }
  });

  it('on a cluster in production renames it and its named instances, and otherwise only takes its snapshot', () => {
    const production = /:(cluster:catalog-prod|db:catalog-prod-\d)$/;
    const allowed = (Object.keys(statementsFor) as Grant[]).flatMap((grant) =>
      statementsFor[grant](stack, everything).flatMap(({ actions, resources }) =>
        resources
          .filter((arn) => production.test(arn))
          .flatMap((arn) => actions.map((action) => `${action} ${production.exec(arn)?.[1]}`)),
      ),
    );
    expect([...new Set(allowed)].filter((words) => !words.startsWith('rds:Describe')).toSorted()).toEqual([
      'rds:CreateDBClusterSnapshot cluster:catalog-prod',
      'rds:EnableHttpEndpoint cluster:catalog-prod',
      'rds:ModifyDBCluster cluster:catalog-prod',
      'rds:ModifyDBInstance db:catalog-prod-1',
      'rds:ModifyDBInstance db:catalog-prod-2',
    ]);
    const [dataApi] = statementsFor['rds-rename'](stack, everything).filter(({ actions }) =>
      actions.includes('rds:EnableHttpEndpoint'),
    );
    expect(JSON.stringify(dataApi?.conditions)).toContain('aws:ResourceTag/lockkeeper:run');
  });

  it('speaks SQL over the Data API of the named cluster alone, and where a target says so', () => {
    const sql = (file?: string) =>
      statementsFor['data-api'](stack, {
        ...everything,
        targets: deployedTargets(file === undefined ? bothKinds() : exampleConfig(file)),
      });
    expect(sql()).toEqual([]);
    const [statement, ...more] = sql(dataApiExample).map((one) => one.toStatementJson() as object);
    expect(more).toEqual([]);
    expect(statement).toMatchObject({ Effect: 'Allow', Action: dataApiActions });
    expect([...dataApiActions]).toEqual([...actionsSent(root, ['src/aws/data-api.ts'])].toSorted());
    expect(JSON.stringify(stack.resolve(statement))).toMatch(/:cluster:reviews-prod"/);
  });

  it('knows the tag that runs give', () => {
    expect(runTag).toBe(given);
  });

  it('of a database whose name CloudFormation makes up still covers it under every name', () => {
    const instance = Lazy.string({ produce: () => 'made-up' });
    const [first = expect.fail()] = everything.targets;
    expect(instanceNames({ ...first, instance })).toEqual([instance, '*-rb-*', '*-failed-*']);
  });

  it.each(['rds-snapshot', 'rds-restore', 'rds-rename', 'rds-describe', 'resource-describe'] as const)(
    '%s allows nothing where no target has an instance',
    (grant) => {
      const targets = everything.targets.map((target) => ({
        ...target,
        instance: undefined,
        cluster: undefined,
        members: [],
      }));
      expect(statementsFor[grant](stack, { ...everything, targets })).toEqual([]);
    },
  );

  it('reaches the keys and roles that a target names, only through the service and for it', () => {
    const named = {
      secretKeys: ['arn:aws:kms:eu-central-1:111122223333:key/secret'],
      storageKeys: ['arn:aws:kms:eu-central-1:111122223333:key/storage'],
      roles: ['arn:aws:iam::111122223333:role/monitoring'],
    };
    const targets = everything.targets.map((target) => ({ ...target, ...named }));
    const statements = (['secret-read', 'rds-snapshot', 'rds-restore'] as const)
      .flatMap((grant) => statementsFor[grant](stack, { ...everything, targets }))
      .filter(({ actions }) => actions.some((action) => /^(kms|iam):/.test(action)));
    expect(statements.flatMap(({ actions }) => actions)).toEqual([
      'kms:Decrypt',
      'kms:DescribeKey',
      'kms:CreateGrant',
      'kms:DescribeKey',
      'kms:CreateGrant',
      'iam:PassRole',
    ]);
    for (const { conditions } of statements) {
      expect(JSON.stringify(conditions)).toMatch(/kms:ViaService|iam:PassedToService/);
    }
  });
});
