import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { App } from '../../src/app/app.ts';
import { plainEffects } from '../../src/app/ports/effects.ts';
import type { RestoreState } from '../../src/app/ports/run-store.ts';
import { describe } from '../../src/app/restorable/description.ts';
import { type Restoring, restoringOf } from '../../src/app/restorable/restoring.ts';
import { nextMove } from '../../src/app/restorable/swapping.ts';
import { rdsControl } from '../../src/aws/rds.ts';
import { clusterControl } from '../../src/aws/rds-clusters.ts';
import { unexplained } from '../../src/core/restore/diff.ts';
import type { LocalCloud } from '../../src/local/cloud.ts';
import { type OpenClients, startCloud } from './clients.ts';

let cloud: LocalCloud;
let clients: OpenClients;
let stop: () => Promise<void>;
let app: App;
let catalog: Restoring;
let ports: { rds: ReturnType<typeof rdsControl>; clusters: ReturnType<typeof clusterControl> };

beforeAll(async () => {
  ({ cloud, clients, stop } = await startCloud({ rds: { durability: 'relaxed' } }));
  ports = {
    rds: rdsControl({ client: clients.rds, effects: plainEffects }),
    clusters: clusterControl({ client: clients.rds, effects: plainEffects }),
  };
  // The moves use no other port.
  app = ports as unknown as App;
  catalog = restoringOf(app, 'cluster');
  const performance = { PerformanceInsightsEnabled: true, PerformanceInsightsRetentionPeriod: 465 };
  await cloud.rds.createCluster({
    identifier: 'catalog',
    engine: 'aurora-postgresql',
    masterUsername: 'owner',
    masterPassword: 'first-password',
    dbName: 'app',
    tags: [{ Key: 'team', Value: 'catalog' }],
    settings: {
      DBClusterParameterGroup: 'catalog-pg18',
      DBSubnetGroup: 'data',
      VpcSecurityGroupIds: ['sg-2', 'sg-1'],
      ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 16 },
      AssociatedRoles: [{ RoleArn: 'arn:aws:iam::000000000000:role/s3', FeatureName: 's3Import' }],
      IAMDatabaseAuthenticationEnabled: true,
      DeletionProtection: true,
      CopyTagsToSnapshot: true,
      HttpEndpointEnabled: true,
      EnabledCloudwatchLogsExports: ['postgresql'],
      StorageType: 'aurora-iopt1',
      NetworkType: 'DUAL',
      BackupRetentionPeriod: 14,
      PreferredBackupWindow: '03:00-04:00',
      PreferredMaintenanceWindow: 'sun:05:00-sun:06:00',
      AutoMinorVersionUpgrade: false,
      DatabaseInsightsMode: 'advanced',
      ...performance,
      EngineLifecycleSupport: 'open-source-rds-extended-support-disabled',
    },
    members: ['catalog-1', 'catalog-2'].map((identifier, tier) => ({
      identifier,
      promotionTier: tier,
      settings: {
        DBInstanceClass: 'db.serverless',
        DBParameterGroupName: 'catalog-instances',
        AutoMinorVersionUpgrade: false,
        PubliclyAccessible: false,
        MonitoringInterval: 15,
        MonitoringRoleArn: 'arn:aws:iam::000000000000:role/monitor',
        ...performance,
        CACertificateIdentifier: 'rds-ca-ecc384-g1',
        PreferredMaintenanceWindow: 'mon:05:00-mon:06:00',
      },
    })),
  });
});
afterAll(() => stop?.());

const tags = { 'lockkeeper:run': 'r1', ManagedBy: 'lockkeeper' };
const state: RestoreState = {
  instanceId: 'catalog-rb-r1',
  failedId: 'catalog-failed-r1',
  snapshotId: 's1',
  stage: 'creating',
};

async function described(name: string) {
  const found = await describe(app, 'cluster', name);
  if (found === null) throw new Error(`there is no ${name}`);
  return found;
}

async function query(name: string, password: string, sql: string) {
  const { host, port } = cloud.rds.cluster(name);
  const client = new pg.Client({ host, port, user: 'owner', password, database: 'app' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test('a cluster is restored with its members and every setting, and the names change hands in order', async () => {
  await query('catalog', 'first-password', 'CREATE TABLE t AS SELECT 1 AS n');
  const source = await described('catalog');
  await ports.clusters.createClusterSnapshot('catalog', 's1', tags);
  await cloud.rds.idle();
  expect(await ports.clusters.describeClusterSnapshot('s1')).toMatchObject({
    status: 'available',
    percent: 100,
  });
  await query('catalog', 'first-password', 'INSERT INTO t VALUES (2)');

  // Each call twice, as after a reply that was lost.
  for (const _ of [1, 2]) await catalog.begin(source, state, tags);
  await cloud.rds.idle();
  for (let asked = true; asked; ) {
    asked = await catalog.complete(source, await described('catalog-rb-r1'), 'r1', tags);
    await cloud.rds.idle();
  }
  const bare = await described('catalog-rb-r1');
  expect(unexplained(catalog.diff(source, bare, 'r1')).map(({ setting }) => setting)).toEqual([
    'maintenance window',
    'minor version upgrades',
    'Database Insights',
    'Performance Insights of catalog-1',
    'Performance Insights of catalog-2',
  ]);
  await catalog.settle(source, bare, 'second-password');
  await cloud.rds.idle();
  const restored = await described('catalog-rb-r1');
  expect(catalog.pendingOf(restored)).toEqual([]);
  expect(unexplained(catalog.diff(source, restored, 'r1'))).toEqual([]);
  expect(await query('catalog-rb-r1', 'second-password', 'SELECT n FROM t')).toEqual([{ n: 1 }]);

  const { host, port } = cloud.rds.cluster('catalog');
  const writer = new pg.Client({ host, port, user: 'owner', password: 'first-password', database: 'app' });
  const cut = new Promise((resolve) => writer.on('error', resolve));
  await writer.connect();
  const verified = { ...state, ...catalog.identityOf(source, restored, 'r1') };
  const words: string[] = [];
  for (;;) {
    const move = await nextMove(app, { kind: 'cluster', id: 'catalog' }, source, verified, 'r1');
    if (move.do !== 'act') {
      expect(move).toEqual({ do: 'done' });
      break;
    }
    words.push(move.words);
    await move.act();
    // Aurora renames a cluster without a restart: who was in stays in until the member restarts.
    if (words.length === 1) await writer.query('SELECT 1');
    await cloud.rds.idle();
  }
  await cut;
  expect(words).toEqual([
    'renaming the cluster catalog to catalog-failed-r1',
    'renaming catalog-1 to catalog-1-failed-r1, catalog-2 to catalog-2-failed-r1',
    'renaming catalog-1-rb-r1 to catalog-1, catalog-2-rb-r1 to catalog-2',
    'renaming the cluster catalog-rb-r1 to catalog',
    'switching on the Data API of catalog',
  ]);
  expect(await query('catalog', 'second-password', 'SELECT n FROM t')).toEqual([{ n: 1 }]);
  expect(await query('catalog-failed-r1', 'first-password', 'SELECT n FROM t ORDER BY n')).toHaveLength(2);
});

test('what another run has made is not taken for this one’s', async () => {
  const others = { ...tags, 'lockkeeper:run': 'r2' };
  await expect(ports.clusters.createClusterSnapshot('catalog', 's1', others)).rejects.toMatchObject({
    code: 'name-taken',
  });
  const source = await described('catalog');
  const taken = { ...state, instanceId: 'catalog-failed-r1' };
  await expect(catalog.begin(source, taken, others)).rejects.toMatchObject({ code: 'name-taken' });
  await expect(
    ports.clusters.createMember({
      DBInstanceIdentifier: 'catalog-1',
      DBClusterIdentifier: 'catalog',
      DBInstanceClass: 'db.serverless',
      Engine: 'aurora-postgresql',
      Tags: [{ Key: 'lockkeeper:run', Value: 'r2' }],
    }),
  ).rejects.toMatchObject({ code: 'name-taken' });
});

test('a rename that has happened, or cannot yet, is looked at again', async () => {
  const unsettled = { code: 'rename-unsettled', class: 'retryable' };
  await expect(ports.clusters.renameCluster('catalog-rb-r1', 'x')).rejects.toMatchObject(unsettled);
  await expect(ports.clusters.renameCluster('catalog', 'catalog-failed-r1')).rejects.toMatchObject(unsettled);
});
