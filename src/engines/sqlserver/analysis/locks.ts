import { type TableLock as Lock, strongestOf } from '../../../core/analysis/lock.ts';

/**
 * What a statement holds on a table, weakest first, in the words of `sys.dm_tran_locks`. What is taken for an instant is
 * waited for behind each open transaction on the table all the same, and all others queue behind that wait.
 */
export const lockModes = [
  'Sch-S',
  'IS',
  'IX',
  'S for an instant',
  'Sch-M for an instant',
  'S',
  'X',
  'Sch-M',
] as const;

export type LockMode = (typeof lockModes)[number];

export type TableLock = Lock<LockMode>;

export const strongest = (locks: readonly TableLock[]) => strongestOf(lockModes, locks);
