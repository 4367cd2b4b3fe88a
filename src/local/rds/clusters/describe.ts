import type { DBCluster, DBClusterSnapshot } from '@aws-sdk/client-rds';
import type { Location } from '../describe.ts';
import type { Fleet } from '../fleet.ts';
import { endpointName } from './clusters.ts';
import { writerOf } from './members.ts';
import type { ClusterRecord, ClusterSnapshotRecord } from './records.ts';

export const clusterArn = (at: Location, identifier: string): string =>
  `arn:aws:rds:${at.region}:${at.account}:cluster:${identifier}`;

export const clusterSnapshotArn = (at: Location, identifier: string): string =>
  `arn:aws:rds:${at.region}:${at.account}:cluster-snapshot:${identifier}`;

/** A cluster as DescribeDBClusters shows it. Its reader endpoint is that of the writer: one server serves both. */
export function describeCluster(fleet: Fleet, cluster: ClusterRecord): DBCluster {
  const { VpcSecurityGroupIds, AssociatedRoles, EnabledCloudwatchLogsExports, BacktrackWindow, ...plain } =
    cluster.settings;
  const endpoint = fleet.knownEndpoint(endpointName(cluster.identifier));
  const writer = writerOf(fleet, cluster);
  const { MasterUserPassword, ...pending } = cluster.pending;
  return {
    ...plain,
    AvailabilityZones: [...plain.AvailabilityZones],
    DatabaseInsightsMode: plain.DatabaseInsightsMode as 'standard' | 'advanced',
    ...(BacktrackWindow > 0 ? { BacktrackWindow } : {}),
    DBClusterIdentifier: cluster.identifier,
    DBClusterArn: clusterArn(fleet.options, cluster.identifier),
    DbClusterResourceId: cluster.resourceId,
    Status: cluster.status,
    Engine: cluster.engine,
    EngineVersion: cluster.engineVersion,
    EngineMode: 'provisioned',
    MasterUsername: cluster.masterUsername,
    DatabaseName: cluster.databaseName,
    ClusterCreateTime: new Date(cluster.createdMs),
    Endpoint: endpoint?.host,
    ReaderEndpoint: endpoint?.host,
    Port: endpoint?.port,
    HostedZoneId: 'Z2R2ITUGPM61AM',
    AllocatedStorage: 1,
    MultiAZ: fleet.membersOf(cluster).length > 1,
    DBClusterMembers: fleet.membersOf(cluster).map((member) => ({
      DBInstanceIdentifier: member.identifier,
      IsClusterWriter: member === writer,
      DBClusterParameterGroupStatus: 'in-sync',
      PromotionTier: member.promotionTier,
    })),
    DBClusterOptionGroupMemberships: [
      { DBClusterOptionGroupName: `default:${cluster.engine}`, Status: 'in-sync' },
    ],
    VpcSecurityGroups: VpcSecurityGroupIds.map((id) => ({ VpcSecurityGroupId: id, Status: 'active' })),
    AssociatedRoles: AssociatedRoles.map((role) => ({ ...role, Status: 'ACTIVE' })),
    EnabledCloudwatchLogsExports:
      EnabledCloudwatchLogsExports.length > 0 ? [...EnabledCloudwatchLogsExports] : undefined,
    PendingModifiedValues: { ...pending, ...(MasterUserPassword ? { MasterUserPassword: '****' } : {}) },
    ReadReplicaIdentifiers: [],
    CustomEndpoints: [],
    DomainMemberships: [],
    CrossAccountClone: false,
    ActivityStreamStatus: 'stopped',
    TagList: [...cluster.tags],
  };
}

/** A snapshot as DescribeDBClusterSnapshots shows it. */
export function describeClusterSnapshot(snapshot: ClusterSnapshotRecord, at: Location): DBClusterSnapshot {
  const { source } = snapshot;
  return {
    DBClusterSnapshotIdentifier: snapshot.identifier,
    DBClusterSnapshotArn: clusterSnapshotArn(at, snapshot.identifier),
    DBClusterIdentifier: source.identifier,
    DbClusterResourceId: source.resourceId,
    SnapshotCreateTime: new Date(snapshot.createdMs),
    ClusterCreateTime: new Date(source.createdMs),
    Engine: source.engine,
    EngineVersion: source.engineVersion,
    EngineMode: 'provisioned',
    Status: snapshot.status,
    PercentProgress:
      snapshot.status === 'available' ? 100 : Math.min(99, Math.floor(snapshot.progress * 100)),
    SnapshotType: 'manual',
    VpcId: 'vpc-local',
    MasterUsername: source.masterUsername,
    StorageEncrypted: source.settings.StorageEncrypted,
    KmsKeyId: source.settings.KmsKeyId,
    TagList: [...snapshot.tags.list],
  };
}
