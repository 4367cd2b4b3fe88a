import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Effects, plainEffects } from '../../src/app/ports/effects.ts';
import { rdsControl } from '../../src/aws/rds.ts';
import { resourceIdOf } from '../../src/core/restore/description.ts';
import { diffInstances, unexplained } from '../../src/core/restore/diff.ts';
import { failedName, restoredName, snapshotName } from '../../src/core/restore/names.ts';
import { restoreParameters, settleParameters } from '../../src/core/restore/parameters.ts';
import { isSettled } from '../../src/core/restore/state.ts';
import { nextSwapMove } from '../../src/core/restore/swap.ts';
import type { LocalCloud } from '../../src/local/cloud.ts';
import { eventually } from '../support/eventually.ts';
import { type OpenClients, startCloud } from './clients.ts';

let cloud: LocalCloud;
let clients: OpenClients;
let stop: () => Promise<void>;

beforeAll(async () => {
  ({ cloud, clients, stop } = await startCloud({ rds: { durability: 'relaxed', snapshotQuota: 3 } }));
  await cloud.rds.createInstance({
    identifier: 'orders',
    masterUsername: 'owner',
    masterPassword: 'first-password',
    dbName: 'app',
    tags: [{ Key: 'team', Value: 'payments' }],
    settings: {
      DBInstanceClass: 'db.m7g.large',
      AllocatedStorage: 500,
      Iops: 14_000,
      StorageType: 'gp3',
      StorageThroughput: 600,
      MaxAllocatedStorage: 2_000,
      MultiAZ: true,
      VpcSecurityGroupIds: ['sg-2', 'sg-1'],
      DBParameterGroupName: 'orders-pg18',
      OptionGroupName: 'orders-options',
      DBSubnetGroupName: 'data',
      PubliclyAccessible: false,
      DeletionProtection: true,
      CopyTagsToSnapshot: true,
      IAMDatabaseAuthenticationEnabled: true,
      AutoMinorVersionUpgrade: false,
      BackupRetentionPeriod: 14,
      PreferredBackupWindow: '03:00-04:00',
      PreferredMaintenanceWindow: 'sun:05:00-sun:06:00',
      MonitoringInterval: 15,
      MonitoringRoleArn: 'arn:aws:iam::000000000000:role/monitor',
      PerformanceInsightsEnabled: true,
      PerformanceInsightsRetentionPeriod: 465,
      DatabaseInsightsMode: 'advanced',
      EnabledCloudwatchLogsExports: ['postgresql', 'upgrade'],
      CACertificateIdentifier: 'rds-ca-ecc384-g1',
      EngineLifecycleSupport: 'open-source-rds-extended-support-disabled',
      NetworkType: 'DUAL',
    },
  });
});
afterAll(() => stop?.());

const control = (effects: Effects = plainEffects) => rdsControl({ client: clients.rds, effects });

async function described(identifier: string) {
  const description = await control().describeInstance(identifier);
  if (description === null) throw new Error(`there is no ${identifier}`);
  return description;
}

test('a description is plain JSON', async () => {
  const description = await described('orders');
  expect(JSON.parse(JSON.stringify(description))).toEqual(description);
  expect(description.InstanceCreateTime).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
});

test('from the snapshot a restored instance takes over name and settings, and nothing of it is left to chance', async () => {
  const seen: string[] = [];
  const rds = control({
    around(name, act) {
      seen.push(name);
      return act();
    },
  });
  const run = 'r1';
  const tags = { 'lockkeeper:run': run, ManagedBy: 'lockkeeper' };
  const source = await described('orders');

  const snapshotId = snapshotName('orders', run, 'start');
  const asked = await rds.createSnapshot('orders', snapshotId, tags);
  expect(asked).toMatchObject({ snapshotId, databaseTime: null });
  await eventually(async () => {
    expect(await rds.describeSnapshot(snapshotId)).toEqual({
      snapshotId,
      status: 'available',
      percent: 100,
      databaseTime: expect.stringMatching(/Z$/),
    });
  });

  const names = {
    original: 'orders',
    restored: restoredName('orders', run),
    failed: failedName('orders', run),
  };
  const parameters = restoreParameters(source, { snapshotId, instanceId: names.restored, tags });
  await rds.restoreInstance(parameters);
  await rds.restoreInstance(parameters);
  await settled(names.restored);
  const settling = settleParameters(source, await described(names.restored));
  expect(Object.keys(settling ?? {})).toEqual(
    expect.arrayContaining([
      'MaxAllocatedStorage',
      'MonitoringInterval',
      'EnablePerformanceInsights',
      'PreferredMaintenanceWindow',
    ]),
  );
  await rds.modifyInstance({ ...settling, MasterUserPassword: 'second-password' });
  await settled(names.restored);
  const restored = await described(names.restored);
  expect(settleParameters(source, restored)).toBeNull();
  expect(unexplained(diffInstances(source, restored))).toEqual([]);

  const ids = { old: resourceIdOf(source) ?? '', restored: resourceIdOf(restored) ?? '' };
  const moves: string[] = [];
  await eventually(async () => {
    const [original, candidate, failed] = await Promise.all(
      [names.original, names.restored, names.failed].map((name) => rds.describeInstance(name)),
    );
    const look = { original: original ?? null, restored: candidate ?? null, failed: failed ?? null };
    const move = nextSwapMove(look, names, ids);
    if (move.do === 'rename') {
      moves.push(`${move.from} → ${move.to}`);
      await rds.renameInstance(move.from, move.to);
    }
    expect(move).toEqual({ do: 'done' });
  });
  expect(moves).toEqual([`orders → ${names.failed}`, `${names.restored} → orders`]);
  expect(resourceIdOf(await described('orders'))).toBe(ids.restored);
  expect(resourceIdOf(await described(names.failed))).toBe(ids.old);
  expect(new Set(seen)).toEqual(
    new Set(['rds:CreateDBSnapshot', 'rds:RestoreDBInstanceFromDBSnapshot', 'rds:ModifyDBInstance']),
  );
});

async function settled(identifier: string): Promise<void> {
  await eventually(async () => expect(isSettled(await described(identifier))).toBe(true));
}

test('taking the same snapshot again succeeds for the same run only', async () => {
  const tags = { 'lockkeeper:run': 'r2' };
  await control().createSnapshot('orders', 'twice', tags);
  expect(await control().createSnapshot('orders', 'twice', tags)).toMatchObject({ snapshotId: 'twice' });
  for (const other of [{ 'lockkeeper:run': 'r3' }, { team: 'x' }]) {
    await expect(control().createSnapshot('orders', 'twice', other)).rejects.toMatchObject({
      name: 'FatalError',
      code: 'name-taken',
    });
  }
  await cloud.rds.idle();
});

test('restoring over an instance of somebody else is refused', async () => {
  await cloud.rds.idle();
  const parameters = { DBInstanceIdentifier: 'orders', DBSnapshotIdentifier: 'twice' };
  for (const Tags of [[], [{ Key: 'lockkeeper:run', Value: 'r9' }]]) {
    await expect(control().restoreInstance({ ...parameters, Tags })).rejects.toMatchObject({
      name: 'FatalError',
      code: 'name-taken',
    });
  }
});

test('a snapshot above the quota says so', async () => {
  await control().createSnapshot('orders', 'third', { 'lockkeeper:run': 'r3' });
  await cloud.rds.idle();
  await expect(
    control().createSnapshot('orders', 'fourth', { 'lockkeeper:run': 'r4' }),
  ).rejects.toMatchObject({
    code: 'snapshot-quota',
    remedy: expect.stringContaining('quota'),
  });
});

test('what stands around an instance is read as RDS tells it', async () => {
  const source = await control().describeInstance('orders');
  const arn = String(source?.DBInstanceArn);
  const id = String(source?.DbiResourceId);
  const { deployments, proxies } = cloud.rds.surroundings;
  deployments.push(
    { BlueGreenDeploymentName: 'upgrade', Source: arn, Status: 'AVAILABLE' },
    { BlueGreenDeploymentName: 'other', Source: `${arn}-2`, Status: 'AVAILABLE' },
  );
  proxies.push({ name: 'pool', resourceIds: ['db-other', id] }, { name: 'far', resourceIds: ['db-other'] });
  expect(await control().deploymentsOf(arn)).toEqual([{ name: 'upgrade', status: 'AVAILABLE' }]);
  expect(await control().proxiesOf(id)).toEqual(['pool']);
  const { ManualSnapshots, DBInstances } = await control().quotas();
  expect(ManualSnapshots).toEqual({ used: expect.any(Number), max: 3 });
  expect(DBInstances?.used).toBeGreaterThan(0);
});
