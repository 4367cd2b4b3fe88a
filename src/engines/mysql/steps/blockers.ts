import type { Blocker } from '../../../app/ports/engine.ts';
import { type BlockerWatch, watchBlockers as watch } from '../../blocker-watch.ts';
import { literal } from '../quote.ts';
import type { Connection } from '../session/connection.ts';
import type { Session } from '../session/session.ts';

/** Milliseconds beyond its lock timeout that a wait may last before it is ended from outside. */
const OVERDUE_AFTER_MS = 2_000;

/**
 * InnoDB tells anew who waits for whom (innodb_trx, innodb_lock_waits) only when nobody has asked for 100 ms. Lock
 * timeouts are whole seconds, so that several looks fit into every wait.
 */
const SHORTEST_LOOK_MS = 120;

/** Looks from a second session at who keeps connection `id` waiting. */
export function watchBlockers(connection: Connection, id: number, lockTimeoutMs: number): BlockerWatch {
  const wait = new OverdueWait();
  return watch(
    {
      shortestLookMs: SHORTEST_LOOK_MS,
      readBlockers: () => readBlockers(connection, id),
      endOverdueWait: () => wait.end(connection, id, lockTimeoutMs),
    },
    lockTimeoutMs,
  );
}

/** What a session that waits for a metadata lock is said to do. */
const waitsForMetadata = "p.state LIKE 'Waiting for%lock'";

interface BlockerRow {
  readonly id: string | null;
  readonly user: string | null;
  readonly application: string | null;
  readonly state: string | null;
  readonly age: string | null;
}

/**
 * Who keeps `id` waiting: the holders of the row lock or of the metadata lock where the server tells them, else those
 * who may be it. Without metadata locks in performance_schema (off by default before MySQL 8.0 and on MariaDB) that is
 * everyone with an open transaction or a statement under way in this database, the oldest first.
 */
export async function readBlockers(connection: Connection, id: number): Promise<readonly Blocker[]> {
  for (const source of sources) {
    const sql = source(connection, id);
    if (sql === null) continue;
    const rows = await connection.read<BlockerRow>(sql).catch((): readonly BlockerRow[] => []);
    if (rows.length > 0) return rows.map(toBlocker);
  }
  return [];
}

type Source = (connection: Connection, id: number) => string | null;

const select = `SELECT DISTINCT p.id, p.user, '' AS application,
  CONCAT(p.command, IF(COALESCE(p.state, '') = '', '', CONCAT(': ', p.state)), IF(t.trx_id IS NULL, '', ', transaction open')) AS state,
  COALESCE(TIMESTAMPDIFF(MICROSECOND, t.trx_started, SYSDATE(6)) / 1000000, p.time) AS age`;

const from = `FROM information_schema.processlist p
  LEFT JOIN information_schema.innodb_trx t ON t.trx_mysql_thread_id = p.id`;

const rowLocks: Source = ({ server }, id) =>
  server.lockWaits === 'information_schema'
    ? `${select} ${from}
       JOIN information_schema.innodb_lock_waits w ON w.blocking_trx_id = t.trx_id
       JOIN information_schema.innodb_trx me ON me.trx_id = w.requesting_trx_id AND me.trx_mysql_thread_id = ${id}
       ORDER BY age DESC`
    : `${select} ${from}
       JOIN performance_schema.data_lock_waits w ON w.blocking_engine_transaction_id = t.trx_id
       JOIN information_schema.innodb_trx me
         ON me.trx_id = w.requesting_engine_transaction_id AND me.trx_mysql_thread_id = ${id}
       ORDER BY age DESC`;

const metadataLocks: Source = ({ server }, id) =>
  server.performanceSchema
    ? `${select} ${from}
       JOIN performance_schema.threads h ON h.processlist_id = p.id
       JOIN performance_schema.metadata_locks held ON held.owner_thread_id = h.thread_id AND held.lock_status = 'GRANTED'
       JOIN performance_schema.metadata_locks wanted ON wanted.lock_status = 'PENDING'
        AND wanted.object_type = held.object_type AND wanted.object_schema <=> held.object_schema
        AND wanted.object_name <=> held.object_name
       JOIN performance_schema.threads w ON w.thread_id = wanted.owner_thread_id AND w.processlist_id = ${id}
       WHERE p.id <> ${id} ORDER BY age DESC`
    : null;

const suspects: Source = ({ database }, id) => `${select} ${from}
       JOIN information_schema.processlist me ON me.id = ${id} AND ${waitsForMetadata.replace('p.', 'me.')}
       WHERE p.id <> ${id} AND p.id <> CONNECTION_ID() AND COALESCE(p.state, '') NOT LIKE 'Waiting for%lock'
         AND (t.trx_id IS NOT NULL OR (p.command <> 'Sleep' AND p.command <> 'Daemon' AND p.db = ${literal(database)}))
       ORDER BY age DESC LIMIT 10`;

const sources: readonly Source[] = [rowLocks, metadataLocks, suspects];

const toBlocker = (row: BlockerRow): Blocker => ({
  session: row.id ?? 'unknown',
  user: row.user ?? 'unknown',
  application: row.application ?? '',
  state: row.state ?? 'unknown',
  transactionSeconds: Math.round(Number(row.age ?? 0) * 10) / 10,
});

/**
 * Ends the statement of one connection when it has been waiting for a metadata lock for longer than its lock timeout
 * lets it. Should the lock be granted at that very moment, the statement is undone and tried again like one that had
 * waited in vain. The server tells how long a statement takes, not how long it waits: that counts from the first look
 * that has seen it waiting.
 */
export class OverdueWait {
  #since: number | null = null;

  /** Looks; true when the statement was ended. */
  async end(session: Session, id: number, lockTimeoutMs: number): Promise<boolean> {
    const waiting = await session.read(
      `SELECT 1 FROM information_schema.processlist p WHERE p.id = ? AND ${waitsForMetadata}`,
      [id],
    );
    const now = performance.now();
    this.#since = waiting.length === 0 ? null : (this.#since ?? now);
    if (this.#since === null || now - this.#since < lockTimeoutMs + OVERDUE_AFTER_MS) return false;
    await session.read(`KILL QUERY ${id}`);
    return true;
  }
}
