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

/** `ACCESS EXCLUSIVE` for the grammar's 8. */
export const lockModeOf = (number: number | undefined): LockMode =>
  lockModes[(number ?? 8) - 1] ?? 'ACCESS EXCLUSIVE';
