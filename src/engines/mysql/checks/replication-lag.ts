import { failed, passed, unreadable } from '../../check.ts';
import { serverErrorOf } from '../errors.ts';
import type { Connection } from '../session/connection.ts';
import type { CheckKind } from './check.ts';

export const replicationLag: CheckKind<'replication_lag'> = {
  title: ({ underSeconds }) => `replicas are less than ${underSeconds} s behind`,
  async run({ underSeconds }, { connection }) {
    const lag = await readReplicationLag(connection);
    if (lag === null) {
      return unreadable(
        'a replica is attached, and its lag cannot be read on the writer',
        'leave the check out and watch the ReplicaLag metric of the replica instead',
      );
    }
    const found = `${lag.toFixed(1)} s behind`;
    return lag < underSeconds ? passed(found) : failed(found, 'wait until the replicas have caught up');
  },
};

/** Seconds after which a replica that has not reported to Aurora is taken for gone. */
const AURORA_FORGETS_AFTER_S = 300;

/**
 * Seconds the slowest replica is behind; 0 without replicas, null when it cannot be read. Aurora's replicas share the
 * storage and report to a table of its own. A replica that reads the binary log tells its lag to nobody but itself: the
 * writer only knows that there is one.
 */
export async function readReplicationLag(connection: Connection): Promise<number | null> {
  const aurora = await readAuroraLag(connection);
  if (aurora !== null) return aurora;
  const [row] = await connection.read<{ replicas: string }>(
    `SELECT COUNT(*) AS replicas FROM information_schema.processlist WHERE command LIKE 'Binlog Dump%'`,
  );
  return Number(row?.replicas ?? 0) === 0 ? 0 : null;
}

const NO_SUCH_TABLE: ReadonlySet<number | undefined> = new Set([1109, 1146]);

/** Null where the server is no Aurora. */
async function readAuroraLag(connection: Connection): Promise<number | null> {
  try {
    const [row] = await connection.read<{ seconds: string }>(
      `SELECT COALESCE(MAX(replica_lag_in_milliseconds), 0) / 1000 AS seconds
       FROM information_schema.replica_host_status
       WHERE session_id <> 'MASTER_SESSION_ID' AND last_update_timestamp > UTC_TIMESTAMP() - INTERVAL ${AURORA_FORGETS_AFTER_S} SECOND`,
    );
    return Number(row?.seconds);
  } catch (error) {
    if (NO_SUCH_TABLE.has(serverErrorOf(error)?.number)) return null;
    throw error;
  }
}
