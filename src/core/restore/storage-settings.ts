import {
  flag,
  type InstanceDescription,
  isSqlServer,
  number,
  parts,
  text,
  withoutNulls,
} from './description.ts';
import type { Setting } from './setting.ts';
import { byText, listParameter } from './setting.ts';

/**
 * Storage settings that RestoreDBInstanceFromDBSnapshot has a parameter for. Left out, most of them fall back to a
 * default instead of the source's value. Source: docstrings of the operation in the AWS SDK.
 */
export const storageSettings: readonly Setting[] = [
  {
    setting: 'storage size',
    fields: ['AllocatedStorage'],
    onRestore: 'the size at the time of the snapshot; SQL Server rejects the parameter',
    read: (it) => number(it, 'AllocatedStorage'),
    restore: (source) =>
      isSqlServer(source) ? {} : withoutNulls({ AllocatedStorage: number(source, 'AllocatedStorage') }),
  },
  {
    setting: 'storage type and performance',
    fields: ['StorageType', 'Iops', 'StorageThroughput'],
    onRestore: 'io1 if IOPS are given, else gp3; IOPS from the backup',
    read: (it) => [text(it, 'StorageType'), number(it, 'Iops'), number(it, 'StorageThroughput')],
    restore: storageParameters,
  },
  {
    setting: 'additional storage volumes',
    fields: ['AdditionalStorageVolumes'],
    onRestore: 'pass explicitly (SQL Server and Oracle)',
    read: additionalVolumes,
    restore: (source) => listParameter('AdditionalStorageVolumes', additionalVolumes(source)),
  },
  {
    setting: 'dedicated log volume',
    fields: ['DedicatedLogVolume'],
    onRestore: 'pass explicitly',
    read: (it) => flag(it, 'DedicatedLogVolume'),
    restore: (source) =>
      source.DedicatedLogVolume === undefined
        ? {}
        : { DedicatedLogVolume: flag(source, 'DedicatedLogVolume') },
  },
];

/**
 * Below this size in GiB a gp3 volume always has the baseline of 3,000 IOPS and 125 MiB/s, and RDS refuses a
 * call that names either, even at that value. Source: RDS user guide, "gp3 storage".
 */
function gp3Threshold(engine: string): number {
  if (engine.startsWith('sqlserver')) return 0;
  return engine.startsWith('oracle') ? 200 : 400;
}

function storageParameters(source: InstanceDescription) {
  const type = text(source, 'StorageType');
  if (type === null) return {};
  const provisioned = type === 'io1' || type === 'io2';
  const size = number(source, 'AllocatedStorage') ?? 0;
  const adjustable = type === 'gp3' && size >= gp3Threshold(text(source, 'Engine') ?? '');
  return withoutNulls({
    StorageType: type,
    Iops: provisioned || adjustable ? number(source, 'Iops') : null,
    StorageThroughput: adjustable ? number(source, 'StorageThroughput') : null,
  });
}

const volumeFields = ['AllocatedStorage', 'IOPS', 'MaxAllocatedStorage', 'StorageThroughput', 'StorageType'];

function additionalVolumes(description: InstanceDescription) {
  return parts(description, 'AdditionalStorageVolumes')
    .map((volume) => Object.fromEntries(['VolumeName', ...volumeFields].map((name) => [name, volume[name]])))
    .map(withoutNulls)
    .sort((a, b) => byText(String(a.VolumeName), String(b.VolumeName)));
}
