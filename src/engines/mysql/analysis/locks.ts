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

export interface TableLock {
  readonly mode: LockMode;
  readonly table: string;
}

/** The strongest mode with the tables it is taken on; weaker locks of the same statement are left out. */
export function strongest(locks: readonly TableLock[]): { mode: LockMode; tables: readonly string[] } | null {
  const rank = Math.max(...locks.map((lock) => lockModes.indexOf(lock.mode)));
  const mode = lockModes[rank];
  if (mode === undefined) return null;
  const tables = locks.filter((lock) => lock.mode === mode).map((lock) => lock.table);
  return { mode, tables: [...new Set(tables)] };
}
