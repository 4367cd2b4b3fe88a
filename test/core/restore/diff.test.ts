import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { InstanceDescription } from '../../../src/core/restore/description.ts';
import { describeDifference, diffInstances, unexplained } from '../../../src/core/restore/diff.ts';
import { settleParameters } from '../../../src/core/restore/parameters.ts';
import { settings } from '../../../src/core/restore/settings.ts';
import { faithful, source } from './sample.ts';

test('a faithful restore differs only in what makes it a new instance, each with its reason', () => {
  const differences = diffInstances(source, faithful);
  expect(unexplained(differences)).toEqual([]);
  expect(differences.map((difference) => difference.setting).sort()).toEqual([
    'ARN',
    'availability zone',
    'certificate details',
    'creation time',
    'endpoint',
    'identifier',
    'latest restorable time',
    'monitoring log stream',
    'resource id',
    'storage operation',
    'tags',
  ]);
  for (const difference of differences)
    expect(describeDifference(difference)).toContain(difference.explained);
});

test('an instance does not differ from itself', () => {
  expect(diffInstances(source, source)).toEqual([]);
});

test('JSON saved and read again compares like the original', () => {
  const saved = JSON.parse(JSON.stringify(source)) as InstanceDescription;
  expect(unexplained(diffInstances(saved, faithful))).toEqual([]);
});

test.each<{ setting: string; restored: InstanceDescription }>([
  { setting: 'engine version', restored: { EngineVersion: '18.2' } },
  { setting: 'instance class', restored: { DBInstanceClass: 'db.t4g.micro' } },
  { setting: 'port', restored: { Endpoint: { Address: 'orders-rb-r1.abc.rds.amazonaws.com', Port: 5432 } } },
  { setting: 'Multi-AZ', restored: { MultiAZ: false } },
  { setting: 'subnet group', restored: { DBSubnetGroup: { DBSubnetGroupName: 'default', VpcId: 'vpc-1' } } },
  { setting: 'VPC security groups', restored: { VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-1' }] } },
  { setting: 'public access', restored: { PubliclyAccessible: true } },
  {
    setting: 'parameter group',
    restored: { DBParameterGroups: [{ DBParameterGroupName: 'default.postgres18' }] },
  },
  { setting: 'option group', restored: { OptionGroupMemberships: [{ OptionGroupName: 'default' }] } },
  { setting: 'storage size', restored: { AllocatedStorage: 400 } },
  { setting: 'storage type and performance', restored: { StorageType: 'gp2' } },
  { setting: 'storage type and performance', restored: { Iops: 12000 } },
  { setting: 'storage autoscaling', restored: { MaxAllocatedStorage: undefined } },
  { setting: 'deletion protection', restored: { DeletionProtection: false } },
  { setting: 'IAM authentication', restored: { IAMDatabaseAuthenticationEnabled: false } },
  { setting: 'log exports', restored: { EnabledCloudwatchLogsExports: [] } },
  { setting: 'backup retention', restored: { BackupRetentionPeriod: 1 } },
  { setting: 'backup window', restored: { PreferredBackupWindow: '07:00-07:30' } },
  { setting: 'maintenance window', restored: { PreferredMaintenanceWindow: 'mon:01:00-mon:02:00' } },
  { setting: 'Enhanced Monitoring', restored: { MonitoringInterval: 0 } },
  { setting: 'Performance Insights', restored: { PerformanceInsightsRetentionPeriod: 7 } },
  { setting: 'Extended Support', restored: { EngineLifecycleSupport: 'open-source-rds-extended-support' } },
  { setting: 'CA certificate', restored: { CACertificateIdentifier: 'rds-ca-rsa2048-g1' } },
  { setting: 'encryption key', restored: { KmsKeyId: 'arn:aws:kms:eu-central-1:111122223333:key/9' } },
  { setting: 'network type', restored: { NetworkType: 'IPV4' } },
  { setting: 'tags', restored: { TagList: [{ Key: 'team', Value: 'someone else' }] } },
  { setting: 'tags', restored: { TagList: [] } },
  { setting: 'pending changes', restored: { PendingModifiedValues: { MasterUserPassword: '****' } } },
  {
    setting: 'ReadReplicaSourceDBInstanceIdentifier',
    restored: { ReadReplicaSourceDBInstanceIdentifier: 'x' },
  },
  { setting: 'SomethingRdsAddedLater', restored: { SomethingRdsAddedLater: true } },
])('$setting must not differ: $restored', ({ setting, restored }) => {
  const open = unexplained(diffInstances(source, { ...faithful, ...restored }));
  expect(open.map((difference) => difference.setting)).toEqual([setting]);
  expect(open.map(describeDifference)[0]).toContain('(unexplained)');
});

test('the zone of a Single-AZ instance must not differ', () => {
  const single = { MultiAZ: false, SecondaryAvailabilityZone: undefined };
  const open = unexplained(diffInstances({ ...source, ...single }, { ...faithful, ...single }));
  expect(open.map((difference) => difference.setting)).toEqual(['availability zone']);
});

test.each<{ setting: string; source: InstanceDescription; restored?: InstanceDescription; why: RegExp }>([
  {
    setting: 'read replicas',
    source: { ReadReplicaDBInstanceIdentifiers: ['ro'] },
    restored: { ReadReplicaDBInstanceIdentifiers: [] },
    why: /operator/,
  },
  {
    setting: 'associated IAM roles',
    source: { AssociatedRoles: [{ RoleArn: 'r', FeatureName: 'f' }] },
    restored: { AssociatedRoles: [] },
    why: /operator/,
  },
  {
    setting: 'managed master password',
    source: { MasterUserSecret: { SecretArn: 'a' } },
    restored: { MasterUserSecret: undefined },
    why: /operator/,
  },
  {
    setting: 'activity stream',
    source: { ActivityStreamStatus: 'started', ActivityStreamMode: 'sync' },
    restored: { ActivityStreamStatus: 'stopped', ActivityStreamMode: undefined },
    why: /operator/,
  },
  {
    setting: 'pending changes',
    source: { PendingModifiedValues: { DBInstanceClass: 'db.m7g.xlarge' } },
    restored: { PendingModifiedValues: {} },
    why: /waiting/,
  },
  {
    setting: 'status',
    source: {},
    restored: { DBInstanceStatus: 'storage-optimization' },
    why: /judged apart/,
  },
  {
    setting: 'port',
    source: {},
    restored: { Endpoint: { Address: '127.0.0.1', Port: 40123, HostedZoneId: 'Z1' } },
    why: /loopback/,
  },
  {
    setting: 'storage autoscaling',
    source: { MaxAllocatedStorage: undefined },
    restored: { MaxAllocatedStorage: 500 },
    why: /means off/,
  },
])('$setting may differ, and it is said why', ({ setting, source: before, restored, why }) => {
  const differences = diffInstances({ ...source, ...before }, { ...faithful, ...before, ...restored });
  expect(unexplained(differences)).toEqual([]);
  expect(differences.find((difference) => difference.setting === setting)?.explained).toMatch(why);
});

test('the hidden half of a row is compared too: roles that appear by themselves are not explained', () => {
  const open = unexplained(
    diffInstances(source, { ...faithful, AssociatedRoles: [{ RoleArn: 'r', FeatureName: 'f' }] }),
  );
  expect(open.map((difference) => difference.setting)).toEqual(['associated IAM roles']);
});

test('no change of any field goes unreported unless it is one of those that say nothing', () => {
  // Sub-structures of which only a part is a setting, and figures that say nothing without their neighbour.
  const silent = new Set([
    'DbInstancePort',
    'DBSubnetGroup',
    'DomainMemberships',
    'CustomerOwnedIpEnabled',
    'Endpoint',
  ]);
  for (const field of Object.keys(source).filter((name) => !silent.has(name))) {
    const changed = { ...source, [field]: changeOf(source[field]) };
    expect(diffInstances(source, changed), field).not.toEqual([]);
  }
});

function changeOf(value: unknown): unknown {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'string') return field(value);
  if (Array.isArray(value)) return ['x', everyName()];
  return everyName();
}
const field = (value: string) => (value === 'stopped' ? 'started' : `${value}-other`);
const everyName = () => ({
  VpcSecurityGroupId: 'x',
  DBParameterGroupName: 'x',
  OptionGroupName: 'x',
  RoleArn: 'x',
  Key: 'x',
  DBInstanceClass: 'x',
});

test('each row names its fields, and none claims that of another but for the endpoint', () => {
  const owners = new Map<string, string[]>();
  for (const setting of settings) {
    for (const name of setting.fields) owners.set(name, [...(owners.get(name) ?? []), setting.setting]);
  }
  const shared = [...owners].filter(([, rows]) => rows.length > 1);
  expect(shared).toEqual([['Endpoint', ['port', 'endpoint']]]);
});

test('whatever Describe returns, comparing and settling never throw', () => {
  const names = settings.flatMap((setting) => setting.fields);
  const anything = fc.dictionary(fc.constantFrom(...names, 'Unknown'), fc.jsonValue());
  fc.assert(
    fc.property(anything, anything, (a, b) => {
      diffInstances(a, b).map(describeDifference);
      settleParameters(a, b);
      expect(diffInstances(a, a)).toEqual([]);
    }),
  );
});
