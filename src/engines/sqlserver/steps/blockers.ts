import type { Blocker } from '../../../app/ports/engine.ts';
import { type BlockerWatch, watchBlockers as watch } from '../../blocker-watch.ts';
import type { Connection } from '../session/connection.ts';

const SHORTEST_LOOK_MS = 50;

/** Looks from a second session at who keeps session `id` waiting. */
export function watchBlockers(connection: Connection, id: number, lockTimeoutMs: number): BlockerWatch {
  return watch(
    {
      shortestLookMs: SHORTEST_LOOK_MS,
      readBlockers: () => readBlockers(connection, id),
      endOverdueWait: async () => false,
    },
    lockTimeoutMs,
  );
}

/**
 * Who keeps `id` waiting. A waiting task names whoever it waits for; one that waits behind another waiter names that
 * one, so that the chain is followed to its end, at most ten sessions long. Takes VIEW SERVER STATE.
 */
export const blockersQuery = `WITH chain AS (
  SELECT CONVERT(int, r.blocking_session_id) AS id, 1 AS depth FROM sys.dm_exec_requests AS r
  WHERE r.session_id = @id AND r.blocking_session_id > 0
  UNION ALL
  SELECT CONVERT(int, r.blocking_session_id), c.depth + 1 FROM chain AS c
  JOIN sys.dm_exec_requests AS r ON r.session_id = c.id
  WHERE r.blocking_session_id > 0 AND r.blocking_session_id <> c.id AND c.depth < 10
)
SELECT DISTINCT s.session_id AS id, s.login_name AS [user], s.program_name AS application,
  CONCAT(s.status, CASE WHEN s.open_transaction_count > 0 THEN N', transaction open' ELSE N'' END) AS state,
  CONVERT(varchar(20), COALESCE(DATEDIFF_BIG(millisecond, t.began, SYSDATETIME()), 0) / 1000.0) AS age
FROM chain AS c JOIN sys.dm_exec_sessions AS s ON s.session_id = c.id
OUTER APPLY (
  SELECT MIN(a.transaction_begin_time) AS began FROM sys.dm_tran_session_transactions AS st
  JOIN sys.dm_tran_active_transactions AS a ON a.transaction_id = st.transaction_id
  WHERE st.session_id = s.session_id
) AS t`;

async function readBlockers(connection: Connection, id: number): Promise<readonly Blocker[]> {
  if (!connection.server.listsRequests) return [];
  const rows = await connection.read<
    Record<'user' | 'application' | 'state' | 'age', string | null> & { id: string }
  >(blockersQuery, { id });
  return rows
    .map((row) => ({
      session: row.id,
      user: row.user ?? 'unknown',
      application: row.application ?? '',
      state: row.state ?? 'unknown',
      transactionSeconds: Number(row.age ?? 0),
    }))
    .sort((one, other) => other.transactionSeconds - one.transactionSeconds);
}
