import { type InstanceDescription, part, text } from './description.ts';
import type { Setting } from './setting.ts';
import { pendingValues } from './state.ts';

/** What makes an instance itself: always different, and why. */
export const identitySettings: readonly Setting[] = [
  own('identifier', 'DBInstanceIdentifier', 'renamed when the restore is swapped in'),
  own('ARN', 'DBInstanceArn', 'follows the identifier'),
  own('resource id', 'DbiResourceId', 'a restored instance is a new resource'),
  own('creation time', 'InstanceCreateTime', 'a restored instance is a new resource'),
  own(
    'latest restorable time',
    'LatestRestorableTime',
    'automated backups of the restored instance begin anew',
  ),
  own('status', 'DBInstanceStatus', 'judged apart from the settings'),
  own('status information', 'StatusInfos', 'judged apart from the settings'),
  own('monitoring log stream', 'EnhancedMonitoringResourceArn', 'the log stream is named by the resource id'),
  own(
    'certificate details',
    'CertificateDetails',
    'a new instance gets a new server certificate from the same CA',
  ),
  own('backup recovery point', 'AwsBackupRecoveryPointArn', 'the recovery point belongs to the old instance'),
  own(
    'storage operation',
    'StorageOperationStatus',
    'the volume of a new instance is filled in the background',
  ),
  own(
    'storage operation progress',
    'StorageOperationPercentProgress',
    'the volume is filled in the background',
  ),
  own('storage volume status', 'StorageVolumeStatus', 'the volume is filled in the background'),
  own('storage optimization progress', 'PercentProgress', 'the volume is filled in the background'),
  own(
    'storage configuration upgrade',
    'IsStorageConfigUpgradeAvailable',
    'a restore may bring the newer file system',
  ),
  own('automatic restart time', 'AutomaticRestartTime', 'only a stopped instance has one'),
  own('automation resume time', 'ResumeFullAutomationModeTime', 'only a paused automation has one'),
  own(
    'upgrade rollout order',
    'UpgradeRolloutOrder',
    "set by the organization's upgrade policy, not by the instance",
  ),
  {
    setting: 'endpoint',
    fields: ['Endpoint', 'ListenerEndpoint'],
    onRestore: 'new',
    // The port is a setting and has its own row.
    read: (it) => [
      text(part(it, 'Endpoint'), 'Address'),
      text(part(it, 'Endpoint'), 'HostedZoneId'),
      text(part(it, 'ListenerEndpoint'), 'Address'),
    ],
    explain: () => 'the endpoint follows the identifier',
  },
  {
    setting: 'pending changes',
    fields: ['PendingModifiedValues'],
    onRestore: "the source's pending changes are dropped",
    read: (it) => pendingValues(it),
    explain: (_source, restored) =>
      pendingValues(restored).length === 0
        ? 'changes that were waiting for the maintenance window of the old instance are not part of its settings'
        : null,
  },
];

/** What a snapshot carries by itself and no parameter changes: a difference here means the wrong snapshot. */
export const snapshotSettings: readonly Setting[] = [
  inSnapshot('engine', 'Engine'),
  inSnapshot('engine version', 'EngineVersion'),
  inSnapshot('master user', 'MasterUsername'),
  inSnapshot('database name', 'DBName'),
  inSnapshot('character set', 'CharacterSetName'),
  inSnapshot('national character set', 'NcharCharacterSetName'),
  inSnapshot('time zone', 'Timezone'),
  inSnapshot('storage encryption', 'StorageEncrypted'),
  inSnapshot('storage encryption type', 'StorageEncryptionType'),
  inSnapshot('encryption key', 'KmsKeyId'),
  inSnapshot('tenancy', 'MultiTenant'),
];

/** Belongs to the resource itself, so that no two have the same. */
export function own(setting: string, field: string, because: string): Setting {
  return {
    setting,
    fields: [field],
    onRestore: 'new',
    read: (it) => value(it, field),
    explain: () => because,
  };
}

/** Carried by the snapshot and by nothing else. */
export function inSnapshot(setting: string, field: string): Setting {
  return { setting, fields: [field], onRestore: 'as in the snapshot', read: (it) => value(it, field) };
}

const value = (description: InstanceDescription, field: string): unknown => description[field] ?? null;
