import type { QueryParameters } from '../gateway/query.ts';
import type { EngineDefaults } from './engines.ts';

/** Everything about an instance that its owner chooses, by the member names of RDS's own description. */
export interface Settings {
  DBInstanceClass: string;
  AllocatedStorage: number;
  MaxAllocatedStorage?: number | undefined;
  StorageType: string;
  Iops?: number | undefined;
  StorageThroughput?: number | undefined;
  StorageEncrypted: boolean;
  KmsKeyId?: string | undefined;
  DedicatedLogVolume: boolean;
  MultiAZ: boolean;
  AvailabilityZone: string;
  DBSubnetGroupName: string;
  PubliclyAccessible: boolean;
  NetworkType: string;
  VpcSecurityGroupIds: readonly string[];
  DBParameterGroupName: string;
  OptionGroupName: string;
  BackupRetentionPeriod: number;
  PreferredBackupWindow: string;
  PreferredMaintenanceWindow: string;
  AutoMinorVersionUpgrade: boolean;
  CopyTagsToSnapshot: boolean;
  DeletionProtection: boolean;
  IAMDatabaseAuthenticationEnabled: boolean;
  CACertificateIdentifier: string;
  EnabledCloudwatchLogsExports: readonly string[];
  MonitoringInterval: number;
  MonitoringRoleArn?: string | undefined;
  DatabaseInsightsMode: 'standard' | 'advanced';
  PerformanceInsightsEnabled: boolean;
  PerformanceInsightsKMSKeyId?: string | undefined;
  PerformanceInsightsRetentionPeriod?: number | undefined;
  LicenseModel: string;
  EngineLifecycleSupport: string;
}

type Name = keyof Settings;
type Kind = 'text' | 'integer' | 'boolean' | 'list';

/** What a restore does with a setting that its request does not mention. */
type WhenRestored = 'kept from the snapshot' | 'forgotten';

interface Rule {
  readonly kind: Kind;
  /** The request parameter, when its name differs from that in the description. */
  readonly parameter?: string;
  readonly restored: WhenRestored;
  /** Calls that take the parameter; all three unless said otherwise. */
  readonly calls?: readonly Call[];
  /** A change waits for the maintenance window unless ApplyImmediately is given. */
  readonly deferrable?: true;
}

export type Call = 'create' | 'restore' | 'modify';

const KEPT = 'kept from the snapshot';
const FORGOTTEN = 'forgotten';
const NOT_ON_RESTORE = ['create', 'modify'] as const;

/**
 * Which call sets what and what a restore from a snapshot forgets. Source: the parameter descriptions of
 * RestoreDBInstanceFromDBSnapshot and ModifyDBInstance in the RDS API reference; a setting on which they are
 * silent counts as forgotten, so that callers pass it.
 */
export const RULES: Readonly<Record<Name, Rule>> = {
  DBInstanceClass: { kind: 'text', restored: KEPT, deferrable: true },
  AllocatedStorage: { kind: 'integer', restored: KEPT, deferrable: true },
  MaxAllocatedStorage: { kind: 'integer', restored: FORGOTTEN, calls: NOT_ON_RESTORE },
  StorageType: { kind: 'text', restored: FORGOTTEN, deferrable: true },
  Iops: { kind: 'integer', restored: KEPT, deferrable: true },
  StorageThroughput: { kind: 'integer', restored: FORGOTTEN, deferrable: true },
  StorageEncrypted: { kind: 'boolean', restored: KEPT, calls: ['create'] },
  KmsKeyId: { kind: 'text', restored: KEPT, calls: ['create'] },
  DedicatedLogVolume: { kind: 'boolean', restored: FORGOTTEN },
  MultiAZ: { kind: 'boolean', restored: FORGOTTEN, deferrable: true },
  AvailabilityZone: { kind: 'text', restored: FORGOTTEN, calls: ['create', 'restore'] },
  DBSubnetGroupName: { kind: 'text', restored: FORGOTTEN },
  PubliclyAccessible: { kind: 'boolean', restored: FORGOTTEN },
  NetworkType: { kind: 'text', restored: FORGOTTEN },
  VpcSecurityGroupIds: { kind: 'list', restored: FORGOTTEN },
  DBParameterGroupName: { kind: 'text', restored: FORGOTTEN },
  OptionGroupName: { kind: 'text', restored: FORGOTTEN },
  BackupRetentionPeriod: { kind: 'integer', restored: KEPT },
  PreferredBackupWindow: { kind: 'text', restored: FORGOTTEN },
  PreferredMaintenanceWindow: { kind: 'text', restored: FORGOTTEN, calls: NOT_ON_RESTORE },
  AutoMinorVersionUpgrade: { kind: 'boolean', restored: FORGOTTEN },
  CopyTagsToSnapshot: { kind: 'boolean', restored: FORGOTTEN },
  DeletionProtection: { kind: 'boolean', restored: FORGOTTEN },
  IAMDatabaseAuthenticationEnabled: {
    kind: 'boolean',
    parameter: 'EnableIAMDatabaseAuthentication',
    restored: FORGOTTEN,
  },
  CACertificateIdentifier: { kind: 'text', restored: FORGOTTEN },
  EnabledCloudwatchLogsExports: {
    kind: 'list',
    parameter: 'EnableCloudwatchLogsExports',
    restored: FORGOTTEN,
    calls: ['create', 'restore'],
  },
  MonitoringInterval: { kind: 'integer', restored: FORGOTTEN, calls: NOT_ON_RESTORE },
  MonitoringRoleArn: { kind: 'text', restored: FORGOTTEN, calls: NOT_ON_RESTORE },
  DatabaseInsightsMode: { kind: 'text', restored: FORGOTTEN, calls: NOT_ON_RESTORE },
  PerformanceInsightsEnabled: {
    kind: 'boolean',
    parameter: 'EnablePerformanceInsights',
    restored: FORGOTTEN,
    calls: NOT_ON_RESTORE,
  },
  PerformanceInsightsKMSKeyId: { kind: 'text', restored: FORGOTTEN, calls: NOT_ON_RESTORE },
  PerformanceInsightsRetentionPeriod: { kind: 'integer', restored: FORGOTTEN, calls: NOT_ON_RESTORE },
  LicenseModel: { kind: 'text', restored: KEPT },
  EngineLifecycleSupport: { kind: 'text', restored: FORGOTTEN },
};

/** Settings that the parameters of a request mention. */
export function readSettings(call: Call, parameters: QueryParameters): Partial<Settings> {
  const found: Record<string, unknown> = {};
  for (const [name, rule] of Object.entries(RULES)) {
    if (rule.calls && !rule.calls.includes(call)) continue;
    const value = readOne(rule.kind, rule.parameter ?? name, parameters);
    if (value !== undefined) found[name] = value;
  }
  return found as Partial<Settings>;
}

function readOne(kind: Kind, name: string, parameters: QueryParameters): unknown {
  if (kind === 'integer') return parameters.integer(name);
  if (kind === 'boolean') return parameters.boolean(name);
  return kind === 'list' ? parameters.list(name) : parameters.optional(name);
}

/** What RDS's defaults depend on. */
export interface Circumstances extends EngineDefaults {
  readonly region: string;
  readonly random: () => number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Settings of a new instance: what is asked for, over RDS's defaults. */
export function settingsForCreate(
  asked: Partial<Settings>,
  { region, random, now, ...ofEngine }: Circumstances,
): Settings {
  const subnetGroup = asked.DBSubnetGroupName ?? 'default';
  const storageType = asked.StorageType ?? storageTypeFor(asked);
  const large = (asked.AllocatedStorage ?? 0) >= 400;
  return {
    DBInstanceClass: 'db.t4g.micro',
    AllocatedStorage: 20,
    StorageType: storageType,
    // The baseline of gp3, which RDS shows like values that were asked for (user guide, gp3 storage).
    ...(storageType === 'gp3' ? { Iops: large ? 12_000 : 3_000, StorageThroughput: large ? 500 : 125 } : {}),
    StorageEncrypted: false,
    DedicatedLogVolume: false,
    MultiAZ: false,
    AvailabilityZone: `${region}${pick(['a', 'b', 'c'], random)}`,
    DBSubnetGroupName: subnetGroup,
    // The default VPC has an internet gateway, and RDS decides by that.
    PubliclyAccessible: subnetGroup === 'default',
    NetworkType: 'IPV4',
    VpcSecurityGroupIds: ['sg-default'],
    BackupRetentionPeriod: 1,
    PreferredBackupWindow: dailyWindow(random, now),
    PreferredMaintenanceWindow: weeklyWindow(random, now),
    AutoMinorVersionUpgrade: true,
    CopyTagsToSnapshot: false,
    DeletionProtection: false,
    IAMDatabaseAuthenticationEnabled: false,
    CACertificateIdentifier: 'rds-ca-rsa2048-g1',
    EnabledCloudwatchLogsExports: [],
    MonitoringInterval: 0,
    DatabaseInsightsMode: 'standard',
    PerformanceInsightsEnabled: false,
    EngineLifecycleSupport: 'open-source-rds-extended-support',
    ...ofEngine,
    ...asked,
  };
}

/** Settings of a restored instance: what is asked for, then what the snapshot keeps, then RDS's defaults. */
export function settingsForRestore(
  source: Settings,
  asked: Partial<Settings>,
  circumstances: Circumstances,
): Settings {
  const kept = Object.fromEntries(
    Object.entries(source).filter(([name]) => RULES[name as Name].restored === KEPT),
  ) as Partial<Settings>;
  // The type follows from what the request says about IOPS, not from what the snapshot does.
  const storage = { StorageType: storageTypeFor(asked) };
  return settingsForCreate({ ...kept, ...storage, ...asked }, circumstances);
}

function storageTypeFor(asked: Partial<Settings>): string {
  return asked.Iops === undefined ? 'gp3' : 'io1';
}

function pick(choices: readonly string[], random: () => number): string {
  return choices[Math.floor(random() * choices.length)] ?? choices[0] ?? '';
}

const DAY_MINUTES = 24 * 60;

/**
 * A window of half an hour, e.g. `07:15-07:45`; RDS chooses any, here it is five hours away at least, because runs
 * wait for one to be over.
 */
export function dailyWindow(random: () => number, now: number): string {
  const minuteOfDay = Math.floor(now / 60_000) % DAY_MINUTES;
  const quarter = Math.floor(minuteOfDay / 15) + 24 + Math.floor(random() * 48);
  const start = Math.min((quarter * 15) % DAY_MINUTES, DAY_MINUTES - 45);
  const clock = (minutes: number) =>
    `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  return `${clock(start)}-${clock(start + 30)}`;
}

/** The same on some day of the week, e.g. `tue:07:15-tue:07:45`. */
export function weeklyWindow(random: () => number, now: number): string {
  const day = pick(['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'], random);
  return dailyWindow(random, now)
    .split('-')
    .map((time) => `${day}:${time}`)
    .join('-');
}
