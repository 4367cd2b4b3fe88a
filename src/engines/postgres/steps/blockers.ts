import type { Blocker } from '../../../app/ports/engine.ts';
import { pause } from '../../pause.ts';
import type { Session } from '../session/session.ts';

/** Shares of the lock timeout between two looks; several fit into it, so that a wait is seen before it ends. */
const LOOKS_PER_TIMEOUT = 3.3;
const SHORTEST_LOOK_MS = 50;
const LONGEST_LOOK_MS = 2_000;

/** Milliseconds beyond its lock timeout that a wait may last before it is ended from outside. */
const OVERDUE_AFTER_MS = 1_000;

export interface BlockerWatch {
  /** Who was last seen in the way. */
  readonly seen: () => readonly Blocker[];
  /** The wait went on beyond the lock timeout and was ended from outside. */
  readonly ended: () => boolean;
  readonly stop: () => void;
}

/**
 * Looks from a second session at who keeps `pid` waiting, until stopped, and ends a wait that its lock timeout does
 * not end: a function can switch that off for itself. What cannot be read is not an error.
 */
export function watchBlockers(session: Session, pid: number, lockTimeoutMs: number): BlockerWatch {
  const everyMs = Math.min(Math.max(lockTimeoutMs / LOOKS_PER_TIMEOUT, SHORTEST_LOOK_MS), LONGEST_LOOK_MS);
  const stopped = new AbortController();
  let seen: readonly Blocker[] = [];
  let ended = false;
  const look = async (): Promise<void> => {
    for (;;) {
      await pause(everyMs, stopped.signal);
      const now = await readBlockers(session, pid);
      if (now.length > 0) seen = now;
      if (now.length > 0 && (await endOverdueWait(session, pid, lockTimeoutMs))) ended = true;
    }
  };
  look().catch(() => undefined);
  return { seen: () => seen, ended: () => ended, stop: () => stopped.abort() };
}

/** `pg_blocking_pids` looks at every lock of the server, so it is only asked while `pid` does wait for one. */
export async function readBlockers(session: Session, pid: number): Promise<readonly Blocker[]> {
  const rows = await session.read<Record<'pid' | 'user' | 'application' | 'state' | 'age', string | null>>(
    `SELECT b.pid, a.usename AS "user", a.application_name AS application, a.state,
            coalesce(extract(epoch FROM clock_timestamp() - a.xact_start), 0)::numeric(12, 1) AS age
     FROM pg_stat_activity me
     CROSS JOIN LATERAL (SELECT DISTINCT unnest(pg_blocking_pids(me.pid)) AS pid) b
     LEFT JOIN pg_stat_activity a ON a.pid = b.pid
     WHERE me.pid = $1 AND me.wait_event_type = 'Lock'
     ORDER BY age DESC`,
    [pid],
  );
  return rows.map((row) => ({
    // 0 stands for a prepared transaction, which has no session.
    session: row.pid === '0' || row.pid === null ? 'a prepared transaction' : row.pid,
    user: row.user ?? 'unknown',
    application: row.application ?? '',
    state: row.state ?? 'unknown',
    transactionSeconds: Number(row.age ?? 0),
  }));
}

/**
 * Cancels the statement of `pid` if it has been waiting for a lock for longer than its lock timeout lets it. Should
 * the lock be granted at that very moment, the statement is undone and tried again like one that had waited in vain.
 * Servers before version 14 do not tell since when a lock is waited for; there the answer is always false.
 */
export async function endOverdueWait(session: Session, pid: number, lockTimeoutMs: number): Promise<boolean> {
  const rows = await session.read(
    `SELECT pg_cancel_backend(l.pid) FROM pg_locks l
     WHERE l.pid = $1 AND NOT l.granted
       AND (to_jsonb(l) ->> 'waitstart')::timestamptz < clock_timestamp() - $2::float8 * interval '1 millisecond'
     LIMIT 1`,
    [pid, lockTimeoutMs + OVERDUE_AFTER_MS],
  );
  return rows.length > 0;
}
