import type { QueryParameters } from '../../gateway/query.ts';
import { type Circumstances, dailyWindow, weeklyWindow } from '../settings.ts';

export interface AssociatedRole {
  readonly RoleArn: string;
  readonly FeatureName?: string | undefined;
}

export interface Scaling {
  readonly MinCapacity?: number | undefined;
  readonly MaxCapacity?: number | undefined;
  readonly SecondsUntilAutoPause?: number | undefined;
}

/** Everything about a cluster that its owner chooses, by the member names of RDS's own description. */
export interface ClusterSettings {
  DBClusterParameterGroup: string;
  DBSubnetGroup: string;
  VpcSecurityGroupIds: readonly string[];
  AvailabilityZones: readonly string[];
  ServerlessV2ScalingConfiguration?: Scaling | undefined;
  AssociatedRoles: readonly AssociatedRole[];
  IAMDatabaseAuthenticationEnabled: boolean;
  DeletionProtection: boolean;
  CopyTagsToSnapshot: boolean;
  HttpEndpointEnabled: boolean;
  BacktrackWindow: number;
  EnabledCloudwatchLogsExports: readonly string[];
  StorageType?: string | undefined;
  StorageEncrypted: boolean;
  KmsKeyId?: string | undefined;
  NetworkType: string;
  BackupRetentionPeriod: number;
  PreferredBackupWindow: string;
  PreferredMaintenanceWindow: string;
  AutoMinorVersionUpgrade: boolean;
  DatabaseInsightsMode: string;
  PerformanceInsightsEnabled: boolean;
  PerformanceInsightsKMSKeyId?: string | undefined;
  PerformanceInsightsRetentionPeriod?: number | undefined;
  EngineLifecycleSupport: string;
}

type Name = keyof ClusterSettings;
export type ClusterCall = 'create' | 'restore' | 'modify';

interface Rule {
  readonly kind: 'text' | 'integer' | 'boolean' | 'list' | 'roles' | 'scaling';
  /** The request parameter, when its name differs from that in the description. */
  readonly parameter?: string;
  /** Kept by a restore that does not mention it; forgotten when not said. */
  readonly kept?: true;
  /** Calls that take the parameter; all three unless said otherwise. */
  readonly calls?: readonly ClusterCall[];
}

const NOT_ON_RESTORE = ['create', 'modify'] as const;
const NOT_ON_MODIFY = ['create', 'restore'] as const;

/**
 * Which call sets what and what a restore forgets. Source: the parameter descriptions of RestoreDBClusterFromSnapshot
 * and ModifyDBCluster in the AWS SDK; a setting on which they are silent counts as forgotten.
 */
export const CLUSTER_RULES: Readonly<Record<Name, Rule>> = {
  DBClusterParameterGroup: { kind: 'text', parameter: 'DBClusterParameterGroupName' },
  DBSubnetGroup: { kind: 'text', parameter: 'DBSubnetGroupName', calls: NOT_ON_MODIFY },
  VpcSecurityGroupIds: { kind: 'list' },
  AvailabilityZones: { kind: 'list', calls: NOT_ON_MODIFY },
  ServerlessV2ScalingConfiguration: { kind: 'scaling' },
  AssociatedRoles: { kind: 'roles', calls: ['restore'] },
  IAMDatabaseAuthenticationEnabled: { kind: 'boolean', parameter: 'EnableIAMDatabaseAuthentication' },
  DeletionProtection: { kind: 'boolean' },
  CopyTagsToSnapshot: { kind: 'boolean' },
  HttpEndpointEnabled: { kind: 'boolean', parameter: 'EnableHttpEndpoint', calls: ['create'] },
  BacktrackWindow: { kind: 'integer' },
  EnabledCloudwatchLogsExports: {
    kind: 'list',
    parameter: 'EnableCloudwatchLogsExports',
    calls: NOT_ON_MODIFY,
  },
  StorageType: { kind: 'text' },
  StorageEncrypted: { kind: 'boolean', kept: true, calls: ['create'] },
  KmsKeyId: { kind: 'text', kept: true, calls: NOT_ON_MODIFY },
  NetworkType: { kind: 'text' },
  BackupRetentionPeriod: { kind: 'integer', kept: true },
  PreferredBackupWindow: { kind: 'text' },
  PreferredMaintenanceWindow: { kind: 'text', calls: NOT_ON_RESTORE },
  AutoMinorVersionUpgrade: { kind: 'boolean', calls: NOT_ON_RESTORE },
  DatabaseInsightsMode: { kind: 'text', calls: NOT_ON_RESTORE },
  PerformanceInsightsEnabled: {
    kind: 'boolean',
    parameter: 'EnablePerformanceInsights',
    calls: NOT_ON_RESTORE,
  },
  PerformanceInsightsKMSKeyId: { kind: 'text', calls: NOT_ON_RESTORE },
  PerformanceInsightsRetentionPeriod: { kind: 'integer', calls: NOT_ON_RESTORE },
  EngineLifecycleSupport: { kind: 'text' },
};

/** Settings that the parameters of a request mention. */
export function readClusterSettings(
  call: ClusterCall,
  parameters: QueryParameters,
): Partial<ClusterSettings> {
  const found: Record<string, unknown> = {};
  for (const [name, rule] of Object.entries(CLUSTER_RULES)) {
    if (rule.calls !== undefined && !rule.calls.includes(call)) continue;
    const value = readers[rule.kind](parameters, rule.parameter ?? name);
    if (value !== undefined) found[name] = value;
  }
  return found as Partial<ClusterSettings>;
}

const readers: Readonly<Record<Rule['kind'], (from: QueryParameters, name: string) => unknown>> = {
  text: (from, name) => from.optional(name),
  integer: (from, name) => from.integer(name),
  boolean: (from, name) => from.boolean(name),
  list: (from, name) => from.list(name),
  roles: readRoles,
  scaling: readScaling,
};

function readRoles(from: QueryParameters, name: string): readonly AssociatedRole[] | undefined {
  const items = from.structures(name);
  if (items.length === 0) return undefined;
  return items.map((item) => ({ RoleArn: item.get('RoleArn') ?? '', FeatureName: item.get('FeatureName') }));
}

function readScaling(from: QueryParameters, name: string): Scaling | undefined {
  const members = ['MinCapacity', 'MaxCapacity', 'SecondsUntilAutoPause'].flatMap((member) => {
    const text = from.optional(`${name}.${member}`);
    return text === undefined ? [] : [[member, Number(text)] as const];
  });
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

/** Settings of a new cluster: what is asked for, over RDS's defaults. */
export function clusterSettingsForCreate(
  asked: Partial<ClusterSettings>,
  at: Circumstances & { readonly parameterGroup: string },
): ClusterSettings {
  return {
    DBClusterParameterGroup: at.parameterGroup,
    DBSubnetGroup: 'default',
    VpcSecurityGroupIds: ['sg-default'],
    AvailabilityZones: ['a', 'b', 'c'].map((zone) => `${at.region}${zone}`),
    AssociatedRoles: [],
    IAMDatabaseAuthenticationEnabled: false,
    DeletionProtection: false,
    CopyTagsToSnapshot: false,
    HttpEndpointEnabled: false,
    BacktrackWindow: 0,
    EnabledCloudwatchLogsExports: [],
    StorageEncrypted: false,
    NetworkType: 'IPV4',
    BackupRetentionPeriod: 1,
    PreferredBackupWindow: dailyWindow(at.random, at.now),
    PreferredMaintenanceWindow: weeklyWindow(at.random, at.now),
    AutoMinorVersionUpgrade: true,
    DatabaseInsightsMode: 'standard',
    PerformanceInsightsEnabled: false,
    EngineLifecycleSupport: 'open-source-rds-extended-support',
    ...asked,
  };
}

/** Settings of a restored cluster: what is asked for, then what the snapshot keeps, then RDS's defaults. */
export function clusterSettingsForRestore(
  source: ClusterSettings,
  asked: Partial<ClusterSettings>,
  at: Circumstances & { readonly parameterGroup: string },
): ClusterSettings {
  const kept = Object.entries(source).filter(([name]) => CLUSTER_RULES[name as Name].kept === true);
  return clusterSettingsForCreate(
    { ...(Object.fromEntries(kept) as Partial<ClusterSettings>), ...asked },
    at,
  );
}
