import type pg from 'pg';
import { lockModes } from '../../../../src/engines/postgres/analysis/locks.ts';

export interface HeldLock {
  readonly mode: string;
  readonly tables: readonly string[];
}

const places: readonly string[] = lockModes;

/** Remembers the tables, views and sequences that are there before anything is done, for `strongestLock`. */
export const rememberRelations = (client: pg.Client): Promise<unknown> =>
  client.query(`CREATE TABLE known AS SELECT oid, relname::text AS name FROM pg_class
    WHERE relkind IN ('r', 'p', 'v', 'm', 'S') AND relnamespace = 'public'::regnamespace`);

/** The strongest lock that a session holds, or asks for, on remembered relations, with those it is on. */
export async function strongestLock(
  watcher: pg.Client,
  pid: number,
  which: 'held' | 'asked for' = 'held',
): Promise<HeldLock | null> {
  const { rows } = await watcher.query<{ mode: string; name: string }>(
    `SELECT l.mode, known.name FROM pg_locks l JOIN public.known ON known.oid = l.relation
      WHERE l.pid = $1 AND (l.granted OR $2)`,
    [pid, which === 'asked for'],
  );
  return strongestOf(rows.map(({ mode, name }) => ({ mode: spoken(mode), tables: [name] })));
}

/** The strongest of these modes, with every table it is on. */
export function strongestOf(locks: readonly HeldLock[]): HeldLock | null {
  const mode = lockModes[Math.max(...locks.map((lock) => places.indexOf(lock.mode)))];
  if (mode === undefined) return null;
  const tables = locks.filter((lock) => lock.mode === mode).flatMap((lock) => lock.tables);
  return { mode, tables: [...new Set(tables)].sort() };
}

/** `ShareUpdateExclusiveLock` → `SHARE UPDATE EXCLUSIVE`. */
const spoken = (mode: string): string =>
  mode
    .replace(/Lock$/, '')
    .replace(/(?<=.)[A-Z]/g, ' $&')
    .toUpperCase();
