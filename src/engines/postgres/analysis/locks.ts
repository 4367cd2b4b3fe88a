import { type TableLock as Lock, strongestOf } from '../../../core/analysis/lock.ts';

/** Table lock modes from weakest to strongest, as the manual's table "Conflicting Lock Modes" names them. */
export const lockModes = [
  'ACCESS SHARE',
  'ROW SHARE',
  'ROW EXCLUSIVE',
  'SHARE UPDATE EXCLUSIVE',
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'EXCLUSIVE',
  'ACCESS EXCLUSIVE',
] as const;

export type LockMode = (typeof lockModes)[number];

export type TableLock = Lock<LockMode>;

export const strongest = (locks: readonly TableLock[]) => strongestOf(lockModes, locks);

/** `ACCESS EXCLUSIVE` for the grammar's 8. */
export const lockModeOf = (number: number | undefined): LockMode =>
  lockModes[(number ?? 8) - 1] ?? 'ACCESS EXCLUSIVE';
