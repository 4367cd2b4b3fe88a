import type { Session } from './dialect.ts';
import { expect, inWords, type RestoredServer, type RowState } from './history.ts';
import type { LoggedWrite, WriteLog, WrittenTable } from './write-log.ts';

/** What is needed of a database session. */
export type Reader = Pick<Session, 'identity' | 'revisions'>;

export interface LostWrite {
  readonly table: WrittenTable;
  readonly key: string;
  readonly kind: 'missing' | 'resurrected' | 'stale' | 'unexplained' | 'overwritten';
  readonly text: string;
}

export interface Verification {
  /** Rows compared. */
  readonly rows: number;
  readonly lost: number;
  /** The first few. */
  readonly examples: readonly LostWrite[];
}

export interface VerifyOptions {
  /** After a restore, the recovery point: only writes acknowledged before it must have survived. */
  readonly before?: Date;
}

/** What one query asks for: lists of this many keys keep it small. */
const keysAQuery = 5_000;
const examplesShown = 5;

/**
 * Compares the log with the tables, row by row. The writers must be paused or stopped meanwhile. With
 * `before`, writes that reached the old server later may be there or not; writes that the restored server
 * has acknowledged must be there.
 */
export async function findLost(
  reader: Reader,
  log: WriteLog,
  options: VerifyOptions = {},
): Promise<Verification> {
  const restored = options.before === undefined ? undefined : await identify(reader, log, options.before);
  const lost: LostWrite[] = [];
  let rows = 0;
  for (const table of ['users', 'orders'] as const) {
    const histories = groupByKey(log.writes.filter((write) => write.table === table));
    const found = await readRevisions(reader, table, [...histories.keys()]);
    rows += histories.size;
    for (const [key, writes] of histories) {
      const problem = compare(writes, found.get(key) ?? null, restored);
      if (problem !== null) lost.push({ table, key, ...problem });
    }
  }
  return { rows, lost: lost.length, examples: lost.slice(0, examplesShown) };
}

async function identify(reader: Reader, log: WriteLog, before: Date): Promise<RestoredServer> {
  const number = log.servers.indexOf(await reader.identity());
  return { before: before.getTime(), server: number < 0 ? null : number };
}

function groupByKey(writes: readonly LoggedWrite[]): Map<string, LoggedWrite[]> {
  const groups = new Map<string, LoggedWrite[]>();
  for (const write of writes) {
    const group = groups.get(write.key);
    if (group === undefined) groups.set(write.key, [write]);
    else group.push(write);
  }
  return groups;
}

async function readRevisions(
  reader: Reader,
  table: WrittenTable,
  keys: readonly string[],
): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (let start = 0; start < keys.length; start += keysAQuery) {
    const some = await reader.revisions(table, keys.slice(start, start + keysAQuery));
    for (const [key, revision] of some) found.set(key, revision);
  }
  return found;
}

function compare(
  writes: readonly LoggedWrite[],
  found: RowState,
  restored: RestoredServer | undefined,
): Pick<LostWrite, 'kind' | 'text'> | null {
  const expected = expect(writes, restored);
  switch (expected.is) {
    case 'unknown':
      return null;
    case 'contradiction':
      return { kind: 'overwritten', text: expected.because };
    case 'one-of':
      if (expected.states.includes(found)) return null;
      return {
        kind: kindOf(expected.states, found),
        text: `${inWords(expected.states)} was expected, and there is ${inWords([found])}`,
      };
    default:
      return expected satisfies never;
  }
}

function kindOf(expected: readonly RowState[], found: RowState): LostWrite['kind'] {
  if (found === null) return 'missing';
  const revisions = expected.filter((state) => state !== null);
  if (revisions.length === 0) return 'resurrected';
  return found < Math.min(...revisions) ? 'stale' : 'unexplained';
}
