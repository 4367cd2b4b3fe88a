import type { ClusterDescription } from '../../../../src/core/restore/cluster/description.ts';
import type { InstanceDescription } from '../../../../src/core/restore/description.ts';

const arn = (resource: string) => `arn:aws:rds:eu-central-1:111122223333:${resource}`;

/** A production Aurora cluster with nothing left at its default, as DescribeDBClusters shows it. */
const cluster: InstanceDescription = {
  DBClusterIdentifier: 'catalog',
  DBClusterArn: arn('cluster:catalog'),
  DbClusterResourceId: 'cluster-OLD',
  Status: 'available',
  Engine: 'aurora-postgresql',
  EngineVersion: '17.4',
  EngineMode: 'provisioned',
  MasterUsername: 'app_owner',
  DatabaseName: 'catalog',
  Endpoint: 'catalog.cluster-abc.eu-central-1.rds.amazonaws.com',
  ReaderEndpoint: 'catalog.cluster-ro-abc.eu-central-1.rds.amazonaws.com',
  CustomEndpoints: ['reports.cluster-custom-abc.eu-central-1.rds.amazonaws.com'],
  Port: 5433,
  DBClusterParameterGroup: 'catalog-pg17',
  DBSubnetGroup: 'data',
  VpcSecurityGroups: [
    { VpcSecurityGroupId: 'sg-2', Status: 'active' },
    { VpcSecurityGroupId: 'sg-1', Status: 'active' },
  ],
  AvailabilityZones: ['eu-central-1c', 'eu-central-1a', 'eu-central-1b'],
  ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 16, SecondsUntilAutoPause: 300 },
  AssociatedRoles: [
    { RoleArn: 'arn:aws:iam::111122223333:role/s3', FeatureName: 's3Import', Status: 'ACTIVE' },
  ],
  IAMDatabaseAuthenticationEnabled: true,
  DeletionProtection: true,
  CopyTagsToSnapshot: true,
  HttpEndpointEnabled: true,
  EnabledCloudwatchLogsExports: ['postgresql'],
  StorageEncrypted: true,
  KmsKeyId: arn('key/1'),
  StorageType: 'aurora-iopt1',
  NetworkType: 'DUAL',
  BackupRetentionPeriod: 14,
  PreferredBackupWindow: '03:00-04:00',
  PreferredMaintenanceWindow: 'sun:05:00-sun:06:00',
  AutoMinorVersionUpgrade: false,
  DatabaseInsightsMode: 'advanced',
  PerformanceInsightsEnabled: true,
  PerformanceInsightsRetentionPeriod: 465,
  EngineLifecycleSupport: 'open-source-rds-extended-support-disabled',
  MultiAZ: true,
  DBClusterMembers: [
    { DBInstanceIdentifier: 'catalog-1', IsClusterWriter: false, PromotionTier: 1 },
    { DBInstanceIdentifier: 'catalog-2', IsClusterWriter: true, PromotionTier: 0 },
  ],
  TagList: [{ Key: 'team', Value: 'catalog' }],
};

const member = (name: string, tier: number): InstanceDescription => ({
  DBInstanceIdentifier: name,
  DBInstanceArn: arn(`db:${name}`),
  DbiResourceId: `db-OLD-${name}`,
  DBInstanceStatus: 'available',
  DBClusterIdentifier: 'catalog',
  DBInstanceClass: 'db.r7g.large',
  Engine: 'aurora-postgresql',
  EngineVersion: '17.4',
  MasterUsername: 'app_owner',
  Endpoint: { Address: `${name}.abc.eu-central-1.rds.amazonaws.com`, Port: 5433 },
  AvailabilityZone: 'eu-central-1a',
  DBParameterGroups: [{ DBParameterGroupName: 'catalog-instances', ParameterApplyStatus: 'in-sync' }],
  PromotionTier: tier,
  PubliclyAccessible: false,
  AutoMinorVersionUpgrade: false,
  MonitoringInterval: 15,
  MonitoringRoleArn: 'arn:aws:iam::111122223333:role/monitor',
  PerformanceInsightsEnabled: true,
  PerformanceInsightsRetentionPeriod: 465,
  DatabaseInsightsMode: 'advanced',
  PreferredMaintenanceWindow: 'mon:05:00-mon:06:00',
  CACertificateIdentifier: 'rds-ca-ecc384-g1',
  BackupRetentionPeriod: 14,
  TagList: [{ Key: 'team', Value: 'catalog' }],
});

export const source: ClusterDescription = {
  cluster,
  members: [member('catalog-1', 1), member('catalog-2', 0)],
  endpoints: [
    { DBClusterEndpointIdentifier: 'reports', CustomEndpointType: 'READER', StaticMembers: ['catalog-1'] },
  ],
};

const restoredTags = [
  { Key: 'team', Value: 'catalog' },
  { Key: 'lockkeeper:run', Value: 'r1' },
];

/** What RDS makes of it when it is told everything and then settled: as it should be before the swap. */
export const faithful: ClusterDescription = {
  cluster: {
    ...cluster,
    DBClusterIdentifier: 'catalog-rb-r1',
    DBClusterArn: arn('cluster:catalog-rb-r1'),
    DbClusterResourceId: 'cluster-NEW',
    Endpoint: 'catalog-rb-r1.cluster-abc.eu-central-1.rds.amazonaws.com',
    ReaderEndpoint: 'catalog-rb-r1.cluster-ro-abc.eu-central-1.rds.amazonaws.com',
    CustomEndpoints: [],
    HttpEndpointEnabled: false,
    DBClusterMembers: [
      { DBInstanceIdentifier: 'catalog-2-rb-r1', IsClusterWriter: true, PromotionTier: 0 },
      { DBInstanceIdentifier: 'catalog-1-rb-r1', IsClusterWriter: false, PromotionTier: 1 },
    ],
    TagList: restoredTags,
  },
  members: source.members.map((one) => ({
    ...one,
    DBInstanceIdentifier: `${one.DBInstanceIdentifier}-rb-r1`,
    DBInstanceArn: arn(`db:${one.DBInstanceIdentifier}-rb-r1`),
    DbiResourceId: `db-NEW-${one.DBInstanceIdentifier}`,
    DBClusterIdentifier: 'catalog-rb-r1',
    Endpoint: { Address: `${one.DBInstanceIdentifier}-rb-r1.abc.eu-central-1.rds.amazonaws.com`, Port: 5433 },
    TagList: restoredTags,
  })),
  endpoints: [],
};
