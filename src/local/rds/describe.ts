import type { DBInstance, DBSnapshot } from '@aws-sdk/client-rds';
import type { ItemNames } from '../gateway/xml.ts';
import { settingsOfCluster } from './clusters/members.ts';
import type { ClusterRecord } from './clusters/records.ts';
import type { NameEndpoint } from './endpoint.ts';
import { defaultPort } from './engines.ts';
import type { InstanceRecord, SnapshotRecord } from './records.ts';

/** Item element names of RDS's lists; the others are called `member`. */
export const ITEM_NAMES: ItemNames = {
  DBInstances: 'DBInstance',
  DBSnapshots: 'DBSnapshot',
  DBSecurityGroups: 'DBSecurityGroup',
  VpcSecurityGroups: 'VpcSecurityGroupMembership',
  DBParameterGroups: 'DBParameterGroup',
  OptionGroupMemberships: 'OptionGroupMembership',
  Subnets: 'Subnet',
  TagList: 'Tag',
  ReadReplicaDBInstanceIdentifiers: 'ReadReplicaDBInstanceIdentifier',
  StatusInfos: 'DBInstanceStatusInfo',
  // Those of instances are always none.
  AssociatedRoles: 'DBClusterRole',
  AvailabilityZones: 'AvailabilityZone',
  DBClusters: 'DBCluster',
  DBClusterSnapshots: 'DBClusterSnapshot',
  DBClusterMembers: 'DBClusterMember',
  DBClusterOptionGroupMemberships: 'DBClusterOptionGroup',
  DomainMemberships: 'DomainMembership',
  ProcessorFeatures: 'ProcessorFeature',
  DBEngineVersions: 'DBEngineVersion',
  AccountQuotas: 'AccountQuota',
};

export interface Location {
  readonly region: string;
  readonly account: string;
}

export function instanceArn(at: Location, identifier: string): string {
  return `arn:aws:rds:${at.region}:${at.account}:db:${identifier}`;
}

export function snapshotArn(at: Location, identifier: string): string {
  return `arn:aws:rds:${at.region}:${at.account}:snapshot:${identifier}`;
}

/** RDS uploads log for point-in-time restores every five minutes. */
const RESTORE_LAG_MS = 5 * 60_000;
const NO_ENDPOINT_YET = new Set(['creating', 'failed']);

/** An instance as DescribeDBInstances shows it. */
export function describeInstance(
  instance: InstanceRecord,
  endpoint: NameEndpoint | undefined,
  at: Location,
  nowMs: number,
): DBInstance {
  const {
    VpcSecurityGroupIds,
    DBParameterGroupName,
    OptionGroupName,
    DBSubnetGroupName,
    EnabledCloudwatchLogsExports,
    ...plain
  } = instance.settings;
  const {
    MasterUserPassword,
    VpcSecurityGroupIds: _groups,
    EnabledCloudwatchLogsExports: _logs,
    ...pending
  } = instance.pending;
  return {
    ...plain,
    DBInstanceIdentifier: instance.identifier,
    DBInstanceArn: instanceArn(at, instance.identifier),
    DbiResourceId: instance.resourceId,
    DBInstanceStatus: instance.status,
    Engine: instance.engine,
    EngineVersion: instance.engineVersion,
    MasterUsername: instance.masterUsername,
    DBName: instance.databaseName,
    Endpoint:
      endpoint && !NO_ENDPOINT_YET.has(instance.status)
        ? { Address: endpoint.host, Port: endpoint.port, HostedZoneId: 'Z2R2ITUGPM61AM' }
        : undefined,
    DbInstancePort: 0,
    InstanceCreateTime: new Date(instance.createdMs),
    LatestRestorableTime:
      plain.BackupRetentionPeriod > 0 && nowMs - RESTORE_LAG_MS > instance.createdMs
        ? new Date(nowMs - RESTORE_LAG_MS)
        : undefined,
    DBSecurityGroups: [],
    VpcSecurityGroups: VpcSecurityGroupIds.map((id) => ({ VpcSecurityGroupId: id, Status: 'active' })),
    DBParameterGroups: [{ DBParameterGroupName, ParameterApplyStatus: 'in-sync' }],
    OptionGroupMemberships: [{ OptionGroupName, Status: 'in-sync' }],
    DBSubnetGroup: {
      DBSubnetGroupName,
      DBSubnetGroupDescription: DBSubnetGroupName,
      VpcId: 'vpc-local',
      SubnetGroupStatus: 'Complete',
      Subnets: ['a', 'b'].map((zone) => ({
        SubnetIdentifier: `subnet-local-${zone}`,
        SubnetAvailabilityZone: { Name: `${at.region}${zone}` },
        SubnetStatus: 'Active',
      })),
    },
    EnabledCloudwatchLogsExports:
      EnabledCloudwatchLogsExports.length > 0 ? [...EnabledCloudwatchLogsExports] : undefined,
    SecondaryAvailabilityZone: plain.MultiAZ ? otherZone(plain.AvailabilityZone) : undefined,
    CertificateDetails: { CAIdentifier: plain.CACertificateIdentifier },
    PendingModifiedValues: { ...pending, ...(MasterUserPassword ? { MasterUserPassword: '****' } : {}) },
    ReadReplicaDBInstanceIdentifiers: [],
    AssociatedRoles: [],
    DomainMemberships: [],
    CustomerOwnedIpEnabled: false,
    BackupTarget: 'region',
    ActivityStreamStatus: 'stopped',
    TagList: [...instance.tags],
    ...(instance.cluster === undefined ? {} : ofMember(instance, instance.cluster)),
  };
}

function ofMember({ promotionTier }: InstanceRecord, cluster: ClusterRecord) {
  const { VpcSecurityGroupIds } = cluster.settings;
  return {
    ...settingsOfCluster(cluster),
    VpcSecurityGroups: VpcSecurityGroupIds.map((id) => ({ VpcSecurityGroupId: id, Status: 'active' })),
    LatestRestorableTime: undefined,
    PromotionTier: promotionTier,
  };
}

/** A snapshot as DescribeDBSnapshots shows it. */
export function describeSnapshot(snapshot: SnapshotRecord, at: Location): DBSnapshot {
  const { source, content } = snapshot;
  const { settings } = source;
  return {
    DBSnapshotIdentifier: snapshot.identifier,
    DBSnapshotArn: snapshotArn(at, snapshot.identifier),
    DBInstanceIdentifier: source.identifier,
    DbiResourceId: source.resourceId,
    SnapshotCreateTime: new Date(snapshot.createdMs),
    OriginalSnapshotCreateTime: new Date(snapshot.createdMs),
    SnapshotDatabaseTime:
      snapshot.status === 'available' && content ? new Date(content.databaseTimeMs) : undefined,
    InstanceCreateTime: new Date(source.createdMs),
    Engine: source.engine,
    EngineVersion: source.engineVersion,
    Status: snapshot.status,
    PercentProgress:
      snapshot.status === 'available' ? 100 : Math.min(99, Math.floor(snapshot.progress * 100)),
    SnapshotType: 'manual',
    SnapshotTarget: 'region',
    Port: defaultPort(source.engine),
    AvailabilityZone: settings.AvailabilityZone,
    VpcId: 'vpc-local',
    MasterUsername: source.masterUsername,
    LicenseModel: settings.LicenseModel,
    AllocatedStorage: settings.AllocatedStorage,
    StorageType: settings.StorageType,
    Iops: settings.Iops,
    StorageThroughput: settings.StorageThroughput,
    OptionGroupName: settings.OptionGroupName,
    Encrypted: settings.StorageEncrypted,
    KmsKeyId: settings.KmsKeyId,
    BackupRetentionPeriod: settings.BackupRetentionPeriod,
    PreferredBackupWindow: settings.PreferredBackupWindow,
    IAMDatabaseAuthenticationEnabled: settings.IAMDatabaseAuthenticationEnabled,
    DedicatedLogVolume: settings.DedicatedLogVolume,
    ProcessorFeatures: [],
    TagList: [...snapshot.tags.list],
  };
}

function otherZone(zone: string): string {
  return zone.endsWith('a') ? `${zone.slice(0, -1)}b` : `${zone.slice(0, -1)}a`;
}
