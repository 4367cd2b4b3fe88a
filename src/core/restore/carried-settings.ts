import { flag, type InstanceDescription, number, parts, text, texts, withoutNulls } from './description.ts';
import type { Setting } from './setting.ts';
import { byText, listParameter } from './setting.ts';

/**
 * All other settings that RestoreDBInstanceFromDBSnapshot has a parameter for. Left out, most of them fall back to a
 * default instead of the source's value. Source: docstrings of the operation in the AWS SDK.
 */
export const carriedSettings: readonly Setting[] = [
  {
    setting: 'instance class',
    fields: ['DBInstanceClass'],
    onRestore: 'the class at the time of the snapshot',
    read: (it) => text(it, 'DBInstanceClass'),
    restore: (source) => withoutNulls({ DBInstanceClass: text(source, 'DBInstanceClass') }),
  },
  {
    setting: 'minor version upgrades',
    fields: ['AutoMinorVersionUpgrade'],
    onRestore: 'pass explicitly',
    read: (it) => flag(it, 'AutoMinorVersionUpgrade'),
    restore: (source) => ({ AutoMinorVersionUpgrade: flag(source, 'AutoMinorVersionUpgrade') }),
    modify: (source) => ({ AutoMinorVersionUpgrade: flag(source, 'AutoMinorVersionUpgrade') }),
  },
  {
    setting: 'licence model',
    fields: ['LicenseModel'],
    onRestore: 'pass explicitly',
    read: (it) => text(it, 'LicenseModel'),
    restore: (source) => withoutNulls({ LicenseModel: text(source, 'LicenseModel') }),
  },
  {
    setting: 'parameter group',
    fields: ['DBParameterGroups'],
    onRestore: "the engine's default group unless it is given",
    read: parameterGroup,
    restore: (source) => withoutNulls({ DBParameterGroupName: parameterGroup(source) }),
    modify: (source) => withoutNulls({ DBParameterGroupName: parameterGroup(source) }),
  },
  {
    setting: 'option group',
    fields: ['OptionGroupMemberships'],
    onRestore: 'not documented clearly, so always passed',
    read: optionGroup,
    restore: (source) => withoutNulls({ OptionGroupName: optionGroup(source) }),
    modify: (source) => withoutNulls({ OptionGroupName: optionGroup(source) }),
  },
  {
    setting: 'log exports',
    fields: ['EnabledCloudwatchLogsExports'],
    onRestore: 'pass explicitly',
    read: (it) => texts(it, 'EnabledCloudwatchLogsExports'),
    restore: (source) =>
      listParameter('EnableCloudwatchLogsExports', texts(source, 'EnabledCloudwatchLogsExports')),
    modify: logExportChange,
  },
  {
    setting: 'processor features',
    fields: ['ProcessorFeatures'],
    onRestore: 'pass explicitly',
    read: processorFeatures,
    restore: (source) => listParameter('ProcessorFeatures', processorFeatures(source)),
  },
  {
    setting: 'deletion protection',
    fields: ['DeletionProtection'],
    onRestore: 'off unless it is given',
    read: (it) => flag(it, 'DeletionProtection'),
    restore: (source) => ({ DeletionProtection: flag(source, 'DeletionProtection') }),
    modify: (source) => ({ DeletionProtection: flag(source, 'DeletionProtection') }),
  },
  {
    setting: 'tags copied to snapshots',
    fields: ['CopyTagsToSnapshot'],
    onRestore: 'pass explicitly',
    read: (it) => flag(it, 'CopyTagsToSnapshot'),
    restore: (source) => ({ CopyTagsToSnapshot: flag(source, 'CopyTagsToSnapshot') }),
    modify: (source) => ({ CopyTagsToSnapshot: flag(source, 'CopyTagsToSnapshot') }),
  },
  {
    setting: 'backup target',
    fields: ['BackupTarget'],
    onRestore: 'the Region unless it is given',
    read: (it) => text(it, 'BackupTarget') ?? 'region',
    restore: (source) => {
      const target = text(source, 'BackupTarget');
      return target === null || target === 'region' ? {} : { BackupTarget: target };
    },
  },
  {
    setting: 'backup retention',
    fields: ['BackupRetentionPeriod'],
    onRestore: 'the existing setting',
    read: (it) => number(it, 'BackupRetentionPeriod'),
    restore: (source) => withoutNulls({ BackupRetentionPeriod: number(source, 'BackupRetentionPeriod') }),
    modify: (source) => withoutNulls({ BackupRetentionPeriod: number(source, 'BackupRetentionPeriod') }),
  },
  {
    setting: 'backup window',
    fields: ['PreferredBackupWindow'],
    onRestore: 'a random window unless it is given',
    read: (it) => text(it, 'PreferredBackupWindow'),
    restore: (source) => withoutNulls({ PreferredBackupWindow: text(source, 'PreferredBackupWindow') }),
    modify: (source) => withoutNulls({ PreferredBackupWindow: text(source, 'PreferredBackupWindow') }),
  },
  {
    setting: 'instance profile',
    fields: ['CustomIamInstanceProfile'],
    onRestore: 'must be given (RDS Custom)',
    read: (it) => text(it, 'CustomIamInstanceProfile'),
    restore: (source) => withoutNulls({ CustomIamInstanceProfile: text(source, 'CustomIamInstanceProfile') }),
  },
  {
    setting: 'capacity reservation',
    fields: ['DBCapacityReservationIdentifier'],
    onRestore: 'none unless it is given',
    read: (it) => text(it, 'DBCapacityReservationIdentifier'),
    // The old instance keeps its place in the reservation until it is deleted: both would not fit.
    explain: () => 'the reservation is still held by the old instance',
    handOver: (source) => {
      const reservation = text(source, 'DBCapacityReservationIdentifier');
      return reservation === null
        ? []
        : [`move the capacity reservation ${reservation} to the restored instance`];
    },
  },
  {
    setting: 'Extended Support',
    fields: ['EngineLifecycleSupport'],
    onRestore: 'enrolled, which is billed, unless it is given',
    read: (it) => text(it, 'EngineLifecycleSupport'),
    restore: (source) => withoutNulls({ EngineLifecycleSupport: text(source, 'EngineLifecycleSupport') }),
    modify: (source) => withoutNulls({ EngineLifecycleSupport: text(source, 'EngineLifecycleSupport') }),
  },
];

/** RDS allows one group; whether its values await a reboot is settled by the rename, which reboots. */
function parameterGroup(description: InstanceDescription): string | null {
  const [group] = parts(description, 'DBParameterGroups');
  return group === undefined ? null : text(group, 'DBParameterGroupName');
}

function optionGroup(description: InstanceDescription): string | null {
  const group = parts(description, 'OptionGroupMemberships').find(
    (membership) => !(text(membership, 'Status') ?? '').includes('removal'),
  );
  return group === undefined ? null : text(group, 'OptionGroupName');
}

function processorFeatures(description: InstanceDescription) {
  return parts(description, 'ProcessorFeatures')
    .map((feature) => withoutNulls({ Name: text(feature, 'Name'), Value: text(feature, 'Value') }))
    .sort((a, b) => byText(String(a.Name), String(b.Name)));
}

function logExportChange(source: InstanceDescription, restored: InstanceDescription) {
  const wanted = texts(source, 'EnabledCloudwatchLogsExports');
  const present = texts(restored, 'EnabledCloudwatchLogsExports');
  return {
    CloudwatchLogsExportConfiguration: {
      ...listParameter(
        'EnableLogTypes',
        wanted.filter((name) => !present.includes(name)),
      ),
      ...listParameter(
        'DisableLogTypes',
        present.filter((name) => !wanted.includes(name)),
      ),
    },
  };
}
