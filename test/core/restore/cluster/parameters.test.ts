import { expect, test } from 'vitest';
import { handOverCluster } from '../../../../src/core/restore/cluster/hand-over.ts';
import {
  diffClusters,
  missingMembers,
  restoreClusterParameters,
  settleClusterParameters,
} from '../../../../src/core/restore/cluster/parameters.ts';
import { unexplained } from '../../../../src/core/restore/diff.ts';
import { faithful, source } from './sample.ts';

const tags = { 'lockkeeper:run': 'r1' };

test('a restore is told everything that it has a parameter for', () => {
  expect(restoreClusterParameters(source, { snapshotId: 's1', clusterId: 'catalog-rb-r1', tags })).toEqual({
    DBClusterIdentifier: 'catalog-rb-r1',
    SnapshotIdentifier: 's1',
    Engine: 'aurora-postgresql',
    EngineVersion: '17.4',
    EngineMode: 'provisioned',
    DBClusterParameterGroupName: 'catalog-pg17',
    Port: 5433,
    DBSubnetGroupName: 'data',
    VpcSecurityGroupIds: ['sg-1', 'sg-2'],
    AvailabilityZones: ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'],
    ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 16, SecondsUntilAutoPause: 300 },
    AssociatedRoles: [{ RoleArn: 'arn:aws:iam::111122223333:role/s3', FeatureName: 's3Import' }],
    EnableIAMDatabaseAuthentication: true,
    DeletionProtection: true,
    CopyTagsToSnapshot: true,
    EnableCloudwatchLogsExports: ['postgresql'],
    StorageType: 'aurora-iopt1',
    NetworkType: 'DUAL',
    BackupRetentionPeriod: 14,
    PreferredBackupWindow: '03:00-04:00',
    EngineLifecycleSupport: 'open-source-rds-extended-support-disabled',
    Tags: [
      { Key: 'lockkeeper:run', Value: 'r1' },
      { Key: 'team', Value: 'catalog' },
    ],
  });
});

test('what a restore cannot carry is modified afterwards, and the Data API is left for the end of the swap', () => {
  const bare = {
    ...faithful,
    cluster: {
      ...faithful.cluster,
      PreferredMaintenanceWindow: 'tue:01:00-tue:01:30',
      AutoMinorVersionUpgrade: true,
      DatabaseInsightsMode: 'standard',
      PerformanceInsightsEnabled: false,
      PerformanceInsightsRetentionPeriod: undefined,
    },
  };
  expect(settleClusterParameters(source, bare)).toEqual({
    PreferredMaintenanceWindow: 'sun:05:00-sun:06:00',
    AutoMinorVersionUpgrade: false,
    DatabaseInsightsMode: 'advanced',
    EnablePerformanceInsights: true,
    PerformanceInsightsRetentionPeriod: 465,
  });
  expect(settleClusterParameters(source, faithful)).toBeNull();
});

test('the writer is made first and alone, then its readers, each with what was its own', () => {
  const none = { ...faithful, members: [] };
  const [writer, ...others] = missingMembers(source, none, 'r1', tags);
  expect(others).toEqual([]);
  expect(writer).toEqual({
    DBInstanceIdentifier: 'catalog-2-rb-r1',
    DBClusterIdentifier: 'catalog-rb-r1',
    Engine: 'aurora-postgresql',
    DBInstanceClass: 'db.r7g.large',
    AutoMinorVersionUpgrade: false,
    DBParameterGroupName: 'catalog-instances',
    AvailabilityZone: 'eu-central-1a',
    PubliclyAccessible: false,
    CACertificateIdentifier: 'rds-ca-ecc384-g1',
    MonitoringInterval: 15,
    MonitoringRoleArn: 'arn:aws:iam::111122223333:role/monitor',
    EnablePerformanceInsights: true,
    PerformanceInsightsRetentionPeriod: 465,
    PreferredMaintenanceWindow: 'mon:05:00-mon:06:00',
    PromotionTier: 0,
    Tags: [
      { Key: 'lockkeeper:run', Value: 'r1' },
      { Key: 'team', Value: 'catalog' },
    ],
  });
  const withWriter = { ...faithful, members: faithful.members.slice(1) };
  const readers = missingMembers(source, withWriter, 'r1', tags);
  expect(readers.map(({ DBInstanceIdentifier }) => DBInstanceIdentifier)).toEqual(['catalog-1-rb-r1']);
  expect(missingMembers(source, faithful, 'r1', tags)).toEqual([]);
});

test('readers that autoscaling has added are not made again, and somebody is told', () => {
  const scaled = {
    ...source,
    members: [
      ...source.members,
      { DBInstanceIdentifier: 'application-autoscaling-1', Engine: 'aurora-postgresql' },
    ],
  };
  expect(missingMembers(scaled, faithful, 'r1', tags)).toEqual([]);
  expect(handOverCluster(scaled).join('\n')).toContain('autoscaled reader application-autoscaling-1');
});

test('a faithful restore has no unexplained difference', () => {
  expect(unexplained(diffClusters(source, faithful, 'r1'))).toEqual([]);
});

test.each<{ setting: string; cluster?: object; member?: object }>([
  { setting: 'engine version', cluster: { EngineVersion: '17.9' } },
  { setting: 'cluster parameter group', cluster: { DBClusterParameterGroup: 'default.aurora-postgresql17' } },
  { setting: 'VPC security groups', cluster: { VpcSecurityGroups: [] } },
  { setting: 'serverless scaling', cluster: { ServerlessV2ScalingConfiguration: undefined } },
  { setting: 'IAM roles', cluster: { AssociatedRoles: [] } },
  { setting: 'deletion protection', cluster: { DeletionProtection: false } },
  { setting: 'Backtrack window', cluster: { BacktrackWindow: 3600 } },
  { setting: 'storage type', cluster: { StorageType: undefined } },
  { setting: 'Extended Support', cluster: { EngineLifecycleSupport: 'open-source-rds-extended-support' } },
  { setting: 'maintenance window', cluster: { PreferredMaintenanceWindow: 'mon:01:00-mon:02:00' } },
  { setting: 'pending changes', cluster: { PendingModifiedValues: { MasterUserPassword: '****' } } },
  { setting: 'tags', cluster: { TagList: [] } },
  { setting: 'SomethingRdsAddedLater', cluster: { SomethingRdsAddedLater: 1 } },
  { setting: 'instance class of catalog-1', member: { DBInstanceClass: 'db.t4g.medium' } },
  { setting: 'promotion tier of catalog-1', member: { PromotionTier: 0 } },
  { setting: 'parameter group of catalog-1', member: { DBParameterGroups: [] } },
  { setting: 'backup retention of catalog-1', member: { BackupRetentionPeriod: 1 } },
])('$setting must not differ', ({ setting, cluster = {}, member = {} }) => {
  const [first, ...rest] = faithful.members;
  const restored = {
    ...faithful,
    cluster: { ...faithful.cluster, ...cluster },
    members: [{ ...first, ...member }, ...rest],
  };
  expect(unexplained(diffClusters(source, restored, 'r1')).map((difference) => difference.setting)).toEqual([
    setting,
  ]);
});

test('a member that is missing stops the swap', () => {
  const open = unexplained(diffClusters(source, { ...faithful, members: faithful.members.slice(1) }, 'r1'));
  expect(open.map((difference) => difference.setting)).toEqual(['member catalog-1']);
});

test('what stays with the old cluster is handed over by name', () => {
  const words = handOverCluster(source).join('\n');
  expect(words).toContain(
    'delete the custom endpoint reports of the old cluster and create it for the restored one (READER, of catalog-1)',
  );
  expect(words).toContain('cluster-OLD');
});
