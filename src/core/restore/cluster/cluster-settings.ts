import {
  flag,
  type InstanceDescription,
  number,
  part,
  parts,
  text,
  texts,
  withoutNulls,
} from '../description.ts';
import { inSnapshot } from '../fixed-settings.ts';
import { tagSetting } from '../handed-settings.ts';
import type { Setting } from '../setting.ts';
import { listParameter } from '../setting.ts';
import { clusterHandedSettings } from './handed-settings.ts';
import { clusterIdentitySettings } from './identity-settings.ts';

/** What the snapshot of a cluster carries. Left out, RDS would take the Region's default version of the engine. */
const snapshotSettings: readonly Setting[] = [
  passed(inSnapshot('engine', 'Engine'), 'Engine'),
  passed(inSnapshot('engine version', 'EngineVersion'), 'EngineVersion'),
  passed(inSnapshot('engine mode', 'EngineMode'), 'EngineMode'),
  inSnapshot('master user', 'MasterUsername'),
  inSnapshot('database name', 'DatabaseName'),
  inSnapshot('character set', 'CharacterSetName'),
  inSnapshot('storage encryption', 'StorageEncrypted'),
  inSnapshot('storage encryption type', 'StorageEncryptionType'),
  inSnapshot('encryption key', 'KmsKeyId'),
];

/**
 * What RestoreDBClusterFromSnapshot has a parameter for. Left out, most of it falls back to a default instead of the
 * source's value. Source: docstrings of the operation in the AWS SDK.
 */
const carriedSettings: readonly Setting[] = [
  sameField('cluster parameter group', 'DBClusterParameterGroup', "the engine's default group", {
    parameter: 'DBClusterParameterGroupName',
    modify: true,
  }),
  {
    ...sameField('port', 'Port', 'the port at the time of the snapshot', { parameter: 'Port' }),
    fields: ['Port', 'Endpoint'],
    // Names cannot share a port on one machine as they do when each has an address of its own.
    explain: (_source, restored) =>
      text(restored, 'Endpoint') === '127.0.0.1' ? 'on loopback every name has a port of its own' : null,
  },
  sameField('subnet group', 'DBSubnetGroup', 'the default group', { parameter: 'DBSubnetGroupName' }),
  {
    setting: 'VPC security groups',
    fields: ['VpcSecurityGroups'],
    onRestore: "the VPC's default group unless they are given",
    read: securityGroups,
    restore: (source) => listParameter('VpcSecurityGroupIds', securityGroups(source)),
    modify: (source) => listParameter('VpcSecurityGroupIds', securityGroups(source)),
  },
  {
    setting: 'availability zones',
    fields: ['AvailabilityZones'],
    onRestore: 'chosen by RDS unless they are given',
    read: (it) => texts(it, 'AvailabilityZones'),
    restore: (source) => listParameter('AvailabilityZones', texts(source, 'AvailabilityZones')),
  },
  {
    setting: 'serverless scaling',
    fields: ['ServerlessV2ScalingConfiguration'],
    onRestore: 'none unless it is given: then no db.serverless instance can be made',
    read: scaling,
    restore: scaling,
    modify: scaling,
  },
  {
    setting: 'IAM roles',
    fields: ['AssociatedRoles'],
    onRestore: 'none unless they are given',
    read: roles,
    restore: (source) => listParameter('AssociatedRoles', roles(source)),
  },
  sameFlag('IAM authentication', 'IAMDatabaseAuthenticationEnabled', 'EnableIAMDatabaseAuthentication'),
  sameFlag('deletion protection', 'DeletionProtection', 'DeletionProtection'),
  sameFlag('tags copied to snapshots', 'CopyTagsToSnapshot', 'CopyTagsToSnapshot'),
  {
    setting: 'Backtrack window',
    fields: ['BacktrackWindow'],
    onRestore:
      'Backtrack is off unless it is given, and it can be switched on at a restore only (Aurora MySQL)',
    read: (it) => number(it, 'BacktrackWindow') ?? 0,
    restore: (source) => withoutNulls({ BacktrackWindow: number(source, 'BacktrackWindow') || null }),
  },
  {
    setting: 'log exports',
    fields: ['EnabledCloudwatchLogsExports'],
    onRestore: 'none unless they are given',
    read: (it) => texts(it, 'EnabledCloudwatchLogsExports'),
    restore: (source) =>
      listParameter('EnableCloudwatchLogsExports', texts(source, 'EnabledCloudwatchLogsExports')),
  },
  {
    setting: 'directory domain',
    fields: ['DomainMemberships'],
    onRestore: 'not joined unless it is given',
    read: domain,
    restore: domain,
  },
  sameField('storage type', 'StorageType', 'aurora unless it is given', { parameter: 'StorageType' }),
  sameField('network type', 'NetworkType', 'pass explicitly', { parameter: 'NetworkType' }),
  sameField('public access', 'PubliclyAccessible', 'depends on the subnet group', {
    parameter: 'PubliclyAccessible',
  }),
  sameField('backup retention', 'BackupRetentionPeriod', 'the existing setting', {
    parameter: 'BackupRetentionPeriod',
    modify: true,
  }),
  sameField('backup window', 'PreferredBackupWindow', 'a random window unless it is given', {
    parameter: 'PreferredBackupWindow',
    modify: true,
  }),
  sameField('Extended Support', 'EngineLifecycleSupport', 'enrolled, which is billed, unless it is given', {
    parameter: 'EngineLifecycleSupport',
    modify: true,
  }),
  sameField('VPC networking', 'VPCNetworkingEnabled', 'pass explicitly', {
    parameter: 'EnableVPCNetworking',
  }),
  sameField('internet access gateway', 'InternetAccessGatewayEnabled', 'pass explicitly', {
    parameter: 'EnableInternetAccessGateway',
  }),
];

/** What a restore has no parameter for and ModifyDBCluster has. */
const settledSettings: readonly Setting[] = [
  {
    setting: 'maintenance window',
    fields: ['PreferredMaintenanceWindow'],
    onRestore: 'a random window',
    read: (it) => text(it, 'PreferredMaintenanceWindow'),
    modify: (source) =>
      withoutNulls({ PreferredMaintenanceWindow: text(source, 'PreferredMaintenanceWindow') }),
  },
  {
    setting: 'minor version upgrades',
    fields: ['AutoMinorVersionUpgrade'],
    onRestore: 'on',
    read: (it) => flag(it, 'AutoMinorVersionUpgrade'),
    modify: (source) => ({ AutoMinorVersionUpgrade: flag(source, 'AutoMinorVersionUpgrade') }),
  },
  {
    setting: 'Database Insights',
    fields: [
      'DatabaseInsightsMode',
      'PerformanceInsightsEnabled',
      'PerformanceInsightsKMSKeyId',
      'PerformanceInsightsRetentionPeriod',
    ],
    onRestore: 'standard mode; Performance Insights off',
    read: (it) => [
      text(it, 'DatabaseInsightsMode') ?? 'standard',
      flag(it, 'PerformanceInsightsEnabled'),
      text(it, 'PerformanceInsightsKMSKeyId'),
      number(it, 'PerformanceInsightsRetentionPeriod'),
    ],
    // One row because the advanced mode is accepted only together with Performance Insights and its retention.
    modify: (source) => ({
      DatabaseInsightsMode: text(source, 'DatabaseInsightsMode') ?? 'standard',
      EnablePerformanceInsights: flag(source, 'PerformanceInsightsEnabled'),
      ...withoutNulls({
        PerformanceInsightsKMSKeyId: text(source, 'PerformanceInsightsKMSKeyId'),
        PerformanceInsightsRetentionPeriod: number(source, 'PerformanceInsightsRetentionPeriod'),
      }),
    }),
  },
  {
    setting: 'write forwarding from readers',
    fields: ['LocalWriteForwardingStatus'],
    onRestore: 'off',
    read: forwards,
    modify: (source) => ({ EnableLocalWriteForwarding: forwards(source) }),
  },
];

/** Everything that is known about a cluster's settings and a restore, in the order in which it is reported. */
export const clusterSettings: readonly Setting[] = [
  ...snapshotSettings,
  ...carriedSettings,
  ...settledSettings,
  ...clusterHandedSettings,
  tagSetting,
  ...clusterIdentitySettings,
];

/** A field that is carried by one parameter as it stands. */
function sameField(
  setting: string,
  field: string,
  onRestore: string,
  by: { readonly parameter: string; readonly modify?: true },
): Setting {
  const read = (it: InstanceDescription) => it[field] ?? null;
  const carry = (source: InstanceDescription) => withoutNulls({ [by.parameter]: read(source) });
  return {
    setting,
    fields: [field],
    onRestore,
    read,
    restore: carry,
    ...(by.modify === true ? { modify: carry } : {}),
  };
}

function sameFlag(setting: string, field: string, parameter: string): Setting {
  const carry = (source: InstanceDescription) => ({ [parameter]: flag(source, field) });
  return {
    setting,
    fields: [field],
    onRestore: 'off unless it is given',
    read: (it) => flag(it, field),
    restore: carry,
    modify: carry,
  };
}

function passed(setting: Setting, field: string): Setting {
  return { ...setting, restore: (source) => withoutNulls({ [field]: text(source, field) }) };
}

function securityGroups(cluster: InstanceDescription): readonly string[] {
  return parts(cluster, 'VpcSecurityGroups')
    .filter((group) => text(group, 'Status') !== 'removing')
    .flatMap((group) => text(group, 'VpcSecurityGroupId') ?? [])
    .sort();
}

function scaling(cluster: InstanceDescription) {
  const given = part(cluster, 'ServerlessV2ScalingConfiguration');
  const limits = withoutNulls({
    MinCapacity: number(given, 'MinCapacity'),
    MaxCapacity: number(given, 'MaxCapacity'),
    SecondsUntilAutoPause: number(given, 'SecondsUntilAutoPause'),
  });
  return Object.keys(limits).length === 0 ? {} : { ServerlessV2ScalingConfiguration: limits };
}

function roles(cluster: InstanceDescription) {
  return parts(cluster, 'AssociatedRoles')
    .map((role) => withoutNulls({ RoleArn: text(role, 'RoleArn'), FeatureName: text(role, 'FeatureName') }))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

function domain(cluster: InstanceDescription) {
  const [membership] = parts(cluster, 'DomainMemberships');
  if (membership === undefined) return {};
  return withoutNulls({
    Domain: text(membership, 'Domain'),
    DomainIAMRoleName: text(membership, 'IAMRoleName'),
  });
}

function forwards(cluster: InstanceDescription): boolean {
  return ['enabled', 'enabling', 'requested'].includes(text(cluster, 'LocalWriteForwardingStatus') ?? '');
}
