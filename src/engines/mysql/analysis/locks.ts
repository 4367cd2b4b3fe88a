import { type TableLock as Lock, strongestOf } from '../../../core/analysis/lock.ts';

/**
 * What a statement holds on a table, weakest first, in the words of `performance_schema.metadata_locks`. Every change
 * of a table takes EXCLUSIVE for an instant at its end, and waits for it behind each open transaction that has used
 * the table; what follows `then` and what it is held for makes the difference.
 */
export const lockModes = [
  'SHARED READ',
  'SHARED WRITE',
  'SHARED UPGRADABLE, EXCLUSIVE for an instant',
  'SHARED NO WRITE, then EXCLUSIVE',
  'SHARED NO READ WRITE',
  'EXCLUSIVE',
] as const;

export type LockMode = (typeof lockModes)[number];

export type TableLock = Lock<LockMode>;

export const strongest = (locks: readonly TableLock[]) => strongestOf(lockModes, locks);
