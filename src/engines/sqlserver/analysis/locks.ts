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
