/** A lock that a statement takes on a table, in its engine's words. */
export interface TableLock<Mode extends string = string> {
  readonly mode: Mode;
  readonly table: string;
}

/** The strongest lock of a statement, with the tables it is taken on. */
export interface StrongestLock {
  readonly mode: string;
  /** Place among the modes of the engine, weakest first: the higher of two excludes more. */
  readonly strength: number;
  readonly tables: readonly string[];
}

/**
 * The strongest mode with the tables it is taken on; weaker locks of the same statement are left out.
 * @param modes of the engine, weakest first
 */
export function strongestOf<Mode extends string>(
  modes: readonly Mode[],
  locks: readonly TableLock<Mode>[],
): StrongestLock | null {
  const strength = Math.max(...locks.map(({ mode }) => modes.indexOf(mode)));
  const mode = modes[strength];
  if (mode === undefined) return null;
  const tables = locks.filter((lock) => lock.mode === mode).map(({ table }) => table);
  return { mode, strength, tables: [...new Set(tables)] };
}
