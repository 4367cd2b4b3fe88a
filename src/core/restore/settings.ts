import { carriedSettings } from './carried-settings.ts';
import { identitySettings, snapshotSettings } from './fixed-settings.ts';
import { handedSettings, tagSetting } from './handed-settings.ts';
import { networkSettings } from './network-settings.ts';
import type { Setting } from './setting.ts';
import { settledSettings } from './settled-settings.ts';
import { storageSettings } from './storage-settings.ts';

/** Everything that is known about an instance's settings and a restore, in the order in which it is reported. */
export const settings: readonly Setting[] = [
  ...snapshotSettings,
  ...carriedSettings,
  ...networkSettings,
  ...storageSettings,
  ...settledSettings,
  ...handedSettings,
  tagSetting,
  ...identitySettings,
];
