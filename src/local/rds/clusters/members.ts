import { AwsError } from '../../gateway/errors.ts';
import { failing } from '../changes.ts';
import { engineDefaults } from '../engines.ts';
import type { Fleet } from '../fleet.ts';
import { registerInstance } from '../instances.ts';
import type { InstanceRecord, Tag } from '../records.ts';
import { type Settings, settingsForCreate } from '../settings.ts';
import { leadToServer, requireAvailableCluster } from './clusters.ts';
import { auroraEngines, type ClusterRecord } from './records.ts';

export interface CreateMemberInput {
  readonly identifier: string;
  readonly settings?: Partial<Settings>;
  readonly promotionTier?: number | undefined;
  readonly tags?: readonly Tag[];
}

/** Adds an instance to a cluster; the first becomes its writer. */
export async function createMember(
  fleet: Fleet,
  cluster: ClusterRecord,
  input: CreateMemberInput,
): Promise<InstanceRecord> {
  requireAvailableCluster(cluster);
  const engine = auroraEngines[cluster.engine];
  const defaults = engineDefaults(engine, cluster.engineVersion);
  const member = await registerInstance(fleet, input.identifier, {
    masterUsername: cluster.masterUsername,
    databaseName: cluster.databaseName,
    engine,
    engineVersion: cluster.engineVersion,
    cluster,
    promotionTier: input.promotionTier ?? 1,
    settings: settingsForCreate(input.settings ?? {}, {
      ...defaults,
      DBParameterGroupName: defaults.DBParameterGroupName.replace(engine, cluster.engine),
      region: fleet.options.region,
      random: fleet.random,
      now: fleet.now(),
    }),
    tags: input.tags ?? [],
  });
  fleet.background(async () => {
    await fleet.pause(fleet.delays.create);
    member.status = 'available';
    leadToServer(fleet, cluster);
  }, failing(member));
  return member;
}

/** The instance that takes writes: the oldest. */
export const writerOf = (fleet: Fleet, cluster: ClusterRecord): InstanceRecord | undefined =>
  fleet.membersOf(cluster)[0];

/** What a member shows of its cluster rather than of itself. Source: docstrings of CreateDBInstance in the AWS SDK. */
export function settingsOfCluster({ settings, identifier, engine }: ClusterRecord) {
  return {
    DBClusterIdentifier: identifier,
    Engine: engine,
    AllocatedStorage: 1,
    StorageType: settings.StorageType ?? 'aurora',
    Iops: undefined,
    StorageThroughput: undefined,
    StorageEncrypted: settings.StorageEncrypted,
    KmsKeyId: settings.KmsKeyId,
    BackupRetentionPeriod: settings.BackupRetentionPeriod,
    PreferredBackupWindow: settings.PreferredBackupWindow,
    NetworkType: settings.NetworkType,
    CopyTagsToSnapshot: settings.CopyTagsToSnapshot,
    DeletionProtection: settings.DeletionProtection,
    IAMDatabaseAuthenticationEnabled: settings.IAMDatabaseAuthenticationEnabled,
    EngineLifecycleSupport: settings.EngineLifecycleSupport,
    DatabaseInsightsMode: settings.DatabaseInsightsMode as 'standard' | 'advanced',
  };
}

/** @throws AwsError `InvalidParameterCombination` for what a member leaves to its cluster */
export function refuseClusterSettings(settings: Partial<Settings>): void {
  const governed = [
    'AllocatedStorage',
    'StorageType',
    'BackupRetentionPeriod',
    'PreferredBackupWindow',
    'VpcSecurityGroupIds',
    'DeletionProtection',
    'CopyTagsToSnapshot',
    'MultiAZ',
  ] as const;
  const found = governed.find((name) => settings[name] !== undefined);
  if (found === undefined) return;
  throw new AwsError(
    'InvalidParameterCombination',
    `${found} is set for the DB cluster, not for its instances.`,
  );
}
