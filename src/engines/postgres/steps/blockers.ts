import type { Blocker } from '../../../app/ports/engine.ts';
import { type BlockerWatch, watchBlockers as watch } from '../../blocker-watch.ts';
import type { Session } from '../session/session.ts';

/** Milliseconds beyond its lock timeout that a wait may last before it is ended from outside. */
const OVERDUE_AFTER_MS = 1_000;

const SHORTEST_LOOK_MS = 50;

/** A session that may wait for a lock, by its process id or by its name. */
export type Waiting = { readonly pid: number } | { readonly applicationName: string };

type Looks = Pick<Session, 'read'>;

/** Looks from a second session at who keeps one waiting. */
export function watchBlockers(session: Looks, waiting: Waiting, lockTimeoutMs: number): BlockerWatch {
  return watch(
    {
      shortestLookMs: SHORTEST_LOOK_MS,
      readBlockers: () => readBlockers(session, waiting),
      endOverdueWait: async (blockers) =>
        blockers.length > 0 && (await endOverdueWait(session, waiting, lockTimeoutMs)),
    },
    lockTimeoutMs,
  );
}

/** `pg_blocking_pids` looks at every lock of the server, so it is only asked while the session does wait for one. */
export async function readBlockers(session: Looks, waiting: Waiting): Promise<readonly Blocker[]> {
  const rows = await session.read<Record<'pid' | 'user' | 'application' | 'state' | 'age', string | null>>(
    `SELECT b.pid, a.usename AS "user", a.application_name AS application, a.state,
            coalesce(extract(epoch FROM clock_timestamp() - a.xact_start), 0)::numeric(12, 1) AS age
     FROM pg_stat_activity me
     CROSS JOIN LATERAL (SELECT DISTINCT unnest(pg_blocking_pids(me.pid)) AS pid) b
     LEFT JOIN pg_stat_activity a ON a.pid = b.pid
     WHERE me.pid = ${pidSql(waiting)} AND me.wait_event_type = 'Lock'
     ORDER BY age DESC`,
    [keyOf(waiting)],
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

const pidSql = (waiting: Waiting): string =>
  'pid' in waiting ? '$1' : '(SELECT pid FROM pg_stat_activity WHERE application_name = $1 LIMIT 1)';

const keyOf = (waiting: Waiting): number | string =>
  'pid' in waiting ? waiting.pid : waiting.applicationName;

/**
 * Cancels the statement of a session if it has been waiting for a lock for longer than its lock timeout lets it. Should
 * the lock be granted at that very moment, the statement is undone and tried again like one that had waited in vain.
 * Servers before version 14 do not tell since when a lock is waited for; there the answer is always false.
 */
export async function endOverdueWait(
  session: Looks,
  waiting: Waiting,
  lockTimeoutMs: number,
): Promise<boolean> {
  const rows = await session.read(
    `SELECT pg_cancel_backend(l.pid) FROM pg_locks l
     WHERE l.pid = ${pidSql(waiting)} AND NOT l.granted
       AND (to_jsonb(l) ->> 'waitstart')::timestamptz < clock_timestamp() - $2::float8 * interval '1 millisecond'
     LIMIT 1`,
    [keyOf(waiting), lockTimeoutMs + OVERDUE_AFTER_MS],
  );
  return rows.length > 0;
}
