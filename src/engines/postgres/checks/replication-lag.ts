import { failed, passed, unreadable } from '../../check.ts';
import type { Session } from '../session/session.ts';
import type { CheckKind } from './check.ts';

export const replicationLag: CheckKind<'replication_lag'> = {
  title: ({ underSeconds }) => `replicas are less than ${underSeconds} s behind`,
  async run({ underSeconds }, { connection }) {
    const lag = await readReplicationLag(connection);
    if (lag === null) {
      return unreadable(
        'the lag of the replicas cannot be read',
        'GRANT pg_read_all_stats (or pg_monitor) to the user of the target',
      );
    }
    const found = `${lag.toFixed(1)} s behind`;
    return lag < underSeconds ? passed(found) : failed(found, 'wait until the replicas have caught up');
  },
};

/**
 * Seconds the slowest replica is behind; 0 without replicas, null when it cannot be read. Aurora's replicas
 * share the storage and show in a function of its own instead of pg_stat_replication.
 */
export async function readReplicationLag(session: Session): Promise<number | null> {
  const [kind] = await session.read<{ aurora: string }>(
    `SELECT to_regproc('aurora_replica_status') IS NOT NULL AS aurora`,
  );
  if (kind?.aurora === 't') {
    const [row] = await session.read<{ seconds: string }>(
      'SELECT coalesce(max(replica_lag_in_msec), 0) / 1000.0 AS seconds FROM aurora_replica_status()',
    );
    return Number(row?.seconds);
  }
  // replay_lag is null while nothing happens as well as for a replica that has not answered yet: the position tells.
  const [row] = await session.read<{ unknown: string; seconds: string }>(
    `SELECT count(*) FILTER (WHERE replay_lag IS NULL AND replay_lsn IS DISTINCT FROM sent_lsn
                                OR state IS NULL) AS unknown,
            coalesce(max(extract(epoch FROM replay_lag)), 0) AS seconds
     FROM pg_stat_replication WHERE state IS NULL OR state IN ('streaming', 'catchup')`,
  );
  return row === undefined || Number(row.unknown) > 0 ? null : Number(row.seconds);
}
