import { expect, test } from 'vitest';
import type { InstanceDescription } from '../../../src/core/restore/description.ts';
import { handOver, restoreParameters, settleParameters } from '../../../src/core/restore/parameters.ts';
import { faithful, source } from './sample.ts';

const to = {
  snapshotId: 'snap-1',
  instanceId: 'orders-rb-r1',
  tags: { 'lockkeeper:run': 'r1', ManagedBy: 'lockkeeper' },
};
const restore = (patch: InstanceDescription = {}) => restoreParameters({ ...source, ...patch }, to);

test('a restore is told everything of the source that it can carry', () => {
  expect(restore()).toEqual({
    DBInstanceIdentifier: 'orders-rb-r1',
    DBSnapshotIdentifier: 'snap-1',
    DBInstanceClass: 'db.m7g.large',
    Port: 5433,
    AllocatedStorage: 500,
    StorageType: 'gp3',
    Iops: 14000,
    StorageThroughput: 600,
    DedicatedLogVolume: false,
    MultiAZ: true,
    DBSubnetGroupName: 'data',
    VpcSecurityGroupIds: ['sg-1', 'sg-2'],
    PubliclyAccessible: false,
    NetworkType: 'DUAL',
    DBParameterGroupName: 'orders-pg18',
    OptionGroupName: 'orders-options',
    AutoMinorVersionUpgrade: false,
    LicenseModel: 'postgresql-license',
    CopyTagsToSnapshot: true,
    DeletionProtection: true,
    EnableIAMDatabaseAuthentication: true,
    EnableCloudwatchLogsExports: ['postgresql', 'upgrade'],
    CACertificateIdentifier: 'rds-ca-ecc384-g1',
    EngineLifecycleSupport: 'open-source-rds-extended-support-disabled',
    BackupRetentionPeriod: 14,
    PreferredBackupWindow: '03:00-04:00',
    Tags: [
      { Key: 'lockkeeper:run', Value: 'r1' },
      { Key: 'ManagedBy', Value: 'lockkeeper' },
      { Key: 'team', Value: 'orders' },
    ],
  });
});

test.each<{ name: string; patch: InstanceDescription; has: InstanceDescription; lacks: readonly string[] }>([
  {
    name: 'a Single-AZ instance stays in its zone',
    patch: { MultiAZ: false },
    has: { MultiAZ: false, AvailabilityZone: 'eu-central-1a' },
    lacks: [],
  },
  {
    name: 'a Multi-AZ instance names no zone, which RDS would refuse',
    patch: { MultiAZ: true },
    has: { MultiAZ: true },
    lacks: ['AvailabilityZone'],
  },
  {
    name: 'a small gp3 volume names no performance, which RDS would refuse even at the baseline',
    patch: { AllocatedStorage: 399, Iops: 3000, StorageThroughput: 125 },
    has: { StorageType: 'gp3', AllocatedStorage: 399 },
    lacks: ['Iops', 'StorageThroughput'],
  },
  {
    name: 'a gp2 volume has no performance to name although Describe may show some',
    patch: { StorageType: 'gp2', Iops: 1500 },
    has: { StorageType: 'gp2' },
    lacks: ['Iops', 'StorageThroughput'],
  },
  {
    name: 'an io2 volume names its IOPS at any size',
    patch: { StorageType: 'io2', AllocatedStorage: 100, Iops: 1000, StorageThroughput: undefined },
    has: { StorageType: 'io2', Iops: 1000 },
    lacks: ['StorageThroughput'],
  },
  {
    name: 'SQL Server is not told its size, which it rejects, but its gp3 performance',
    patch: { Engine: 'sqlserver-se', AllocatedStorage: 100, Iops: 4000 },
    has: { Iops: 4000 },
    lacks: ['AllocatedStorage'],
  },
  {
    name: 'IAM authentication is mentioned only when it is on, for SQL Server refuses the word',
    patch: { IAMDatabaseAuthenticationEnabled: false },
    has: {},
    lacks: ['EnableIAMDatabaseAuthentication'],
  },
  {
    name: 'an AWS directory is joined again by its id and role',
    patch: {
      DomainMemberships: [{ Domain: 'd-1', Status: 'joined', FQDN: 'corp.example', IAMRoleName: 'dir' }],
    },
    has: { Domain: 'd-1', DomainIAMRoleName: 'dir' },
    lacks: ['DomainFqdn'],
  },
  {
    name: "a directory of one's own is joined again by name, unit, secret and addresses in their order",
    patch: {
      DomainMemberships: [
        {
          Domain: 'corp.example',
          FQDN: 'corp.example',
          OU: 'OU=db',
          AuthSecretArn: 'arn:s',
          DnsIps: ['10.0.0.9', '10.0.0.1'],
        },
      ],
    },
    has: {
      DomainFqdn: 'corp.example',
      DomainOu: 'OU=db',
      DomainAuthSecretArn: 'arn:s',
      DomainDnsIps: ['10.0.0.9', '10.0.0.1'],
    },
    lacks: ['Domain', 'DomainIAMRoleName'],
  },
  {
    name: 'processor features are passed',
    patch: {
      ProcessorFeatures: [
        { Name: 'threadsPerCore', Value: '1' },
        { Name: 'coreCount', Value: '2' },
      ],
    },
    has: {
      ProcessorFeatures: [
        { Name: 'coreCount', Value: '2' },
        { Name: 'threadsPerCore', Value: '1' },
      ],
    },
    lacks: [],
  },
  {
    name: 'additional volumes are passed without their state',
    patch: {
      AdditionalStorageVolumes: [
        { VolumeName: 'rdsdbdata2', AllocatedStorage: 200, IOPS: 3000, StorageVolumeStatus: 'x' },
      ],
    },
    has: { AdditionalStorageVolumes: [{ VolumeName: 'rdsdbdata2', AllocatedStorage: 200, IOPS: 3000 }] },
    lacks: [],
  },
])('$name', ({ patch, has, lacks }) => {
  const parameters = restore(patch);
  expect(parameters).toMatchObject(has);
  for (const name of lacks) expect(parameters).not.toHaveProperty(name);
});

test("the owner's tags win over ours, AWS's are left out and a former run's are not inherited", () => {
  const tags = [
    { Key: 'ManagedBy', Value: 'terraform' },
    { Key: 'aws:x', Value: 'y' },
    { Key: 'lockkeeper:target', Value: 'old' },
  ];
  expect(restore({ TagList: tags }).Tags).toEqual([
    { Key: 'lockkeeper:run', Value: 'r1' },
    { Key: 'ManagedBy', Value: 'terraform' },
  ]);
});

test('a description with nothing in it asks for nothing that it does not know', () => {
  expect(restoreParameters({}, to)).toEqual({
    DBInstanceIdentifier: 'orders-rb-r1',
    DBSnapshotIdentifier: 'snap-1',
    MultiAZ: false,
    PubliclyAccessible: false,
    AutoMinorVersionUpgrade: false,
    DeletionProtection: false,
    CopyTagsToSnapshot: false,
    Tags: [
      { Key: 'lockkeeper:run', Value: 'r1' },
      { Key: 'ManagedBy', Value: 'lockkeeper' },
    ],
  });
});

test('nothing is settled when nothing differs', () => {
  expect(settleParameters(source, faithful)).toBeNull();
});

test('what a restore forgets is settled by one modification', () => {
  const forgetful: InstanceDescription = {
    ...faithful,
    MaxAllocatedStorage: undefined,
    MonitoringInterval: 0,
    MonitoringRoleArn: undefined,
    EnhancedMonitoringResourceArn: undefined,
    DatabaseInsightsMode: 'standard',
    PerformanceInsightsEnabled: false,
    PerformanceInsightsKMSKeyId: undefined,
    PerformanceInsightsRetentionPeriod: undefined,
    PreferredMaintenanceWindow: 'tue:01:15-tue:01:45',
    PromotionTier: 1,
  };
  expect(settleParameters(source, forgetful)).toEqual({
    DBInstanceIdentifier: 'orders-rb-r1',
    ApplyImmediately: true,
    MaxAllocatedStorage: 2000,
    MonitoringInterval: 15,
    MonitoringRoleArn: 'arn:aws:iam::111122223333:role/monitor',
    DatabaseInsightsMode: 'advanced',
    EnablePerformanceInsights: true,
    PerformanceInsightsKMSKeyId: 'arn:aws:kms:eu-central-1:111122223333:key/2',
    PerformanceInsightsRetentionPeriod: 465,
    PreferredMaintenanceWindow: 'sun:05:00-sun:06:00',
    PromotionTier: 2,
  });
});

test.each<{
  name: string;
  source?: InstanceDescription;
  restored: InstanceDescription;
  settled: InstanceDescription;
}>([
  {
    name: 'backup retention',
    restored: { BackupRetentionPeriod: 1 },
    settled: { BackupRetentionPeriod: 14 },
  },
  {
    name: 'backup window',
    restored: { PreferredBackupWindow: '07:00-07:30' },
    settled: { PreferredBackupWindow: '03:00-04:00' },
  },
  {
    name: 'storage autoscaling that the source does not have',
    source: { MaxAllocatedStorage: undefined },
    restored: { MaxAllocatedStorage: 1000 },
    settled: { MaxAllocatedStorage: 500 },
  },
  {
    name: 'monitoring that the source does not have',
    source: { MonitoringInterval: 0, MonitoringRoleArn: undefined },
    restored: { MonitoringInterval: 60 },
    settled: { MonitoringInterval: 0 },
  },
  {
    name: 'Performance Insights that the source does not have',
    source: { PerformanceInsightsEnabled: false, DatabaseInsightsMode: 'standard' },
    restored: { PerformanceInsightsEnabled: true, DatabaseInsightsMode: 'standard' },
    settled: { DatabaseInsightsMode: 'standard', EnablePerformanceInsights: false },
  },
  {
    name: 'log exports, both ways',
    restored: { EnabledCloudwatchLogsExports: ['postgresql', 'iam-db-auth-error'] },
    settled: {
      CloudwatchLogsExportConfiguration: {
        EnableLogTypes: ['upgrade'],
        DisableLogTypes: ['iam-db-auth-error'],
      },
    },
  },
  {
    name: 'security groups',
    restored: { VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-default', Status: 'active' }] },
    settled: { VpcSecurityGroupIds: ['sg-1', 'sg-2'] },
  },
  {
    name: 'IAM authentication',
    restored: { IAMDatabaseAuthenticationEnabled: false },
    settled: { EnableIAMDatabaseAuthentication: true },
  },
])('settles $name', ({ source: patch, restored, settled }) => {
  expect(settleParameters({ ...source, ...patch }, { ...faithful, ...patch, ...restored })).toEqual({
    DBInstanceIdentifier: 'orders-rb-r1',
    ApplyImmediately: true,
    ...settled,
  });
});

test.each<{ name: string; patch: InstanceDescription; says: RegExp }>([
  {
    name: 'IAM roles',
    patch: { AssociatedRoles: [{ RoleArn: 'arn:role/s3', FeatureName: 's3Import', Status: 'ACTIVE' }] },
    says: /arn:role\/s3 for s3Import/,
  },
  {
    name: 'read replicas',
    patch: { ReadReplicaDBInstanceIdentifiers: ['orders-ro'] },
    says: /orders-ro still replicates/,
  },
  {
    name: 'replicated backups',
    patch: { DBInstanceAutomatedBackupsReplications: [{ DBInstanceAutomatedBackupsArn: 'arn:backup' }] },
    says: /arn:backup/,
  },
  {
    name: 'activity streams',
    patch: { ActivityStreamStatus: 'started', ActivityStreamMode: 'async' },
    says: /activity stream .*async/,
  },
  {
    name: 'the managed master password',
    patch: { MasterUserSecret: { SecretArn: 'arn:secret:old', SecretStatus: 'active' } },
    says: /arn:secret:old .*new secret ARN/,
  },
  { name: 'the TDE credential', patch: { TdeCredentialArn: 'arn:tde' }, says: /arn:tde/ },
  { name: 'a capacity reservation', patch: { DBCapacityReservationIdentifier: 'dbcr-1' }, says: /dbcr-1/ },
  { name: 'proxies', patch: {}, says: /Proxy/ },
  { name: 'IAM policies by resource id', patch: {}, says: /rds-db:connect that name db-OLD/ },
  {
    name: 'the danger in CloudFormation',
    patch: {},
    says: /orders-stack: never add or change DBSnapshotIdentifier/,
  },
])('hands over $name', ({ patch, says }) => {
  const list = handOver({ ...source, ...patch });
  expect(list.filter((line) => says.test(line))).toHaveLength(1);
});

test('nothing is handed over about what the source does not have', () => {
  const list = handOver({ ...source, TagList: [] }).join('\n');
  expect(list).not.toMatch(/CloudFormation|role |replica|stream|TDE|reservation|managed by RDS/);
});
