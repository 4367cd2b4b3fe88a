import { failed, passed, unreadable } from '../../check.ts';
import type { Connection } from '../session/connection.ts';
import type { CheckKind } from './check.ts';
import { availabilityLag } from './queries.ts';

export const replicationLag: CheckKind<'replication_lag'> = {
  title: ({ underSeconds }) => `replicas are less than ${underSeconds} s behind`,
  async run({ underSeconds }, { connection }) {
    const lag = await readReplicationLag(connection);
    if (lag === null) {
      return unreadable(
        'the lag of the replicas cannot be read',
        'GRANT VIEW SERVER STATE to the login of the target',
      );
    }
    const found = `${lag.toFixed(1)} s behind`;
    return lag < underSeconds ? passed(found) : failed(found, 'wait until the replicas have caught up');
  },
};

/** Seconds the slowest secondary of the availability group is behind; 0 without one, null when it cannot be read. */
export async function readReplicationLag(connection: Connection): Promise<number | null> {
  if (!connection.server.listsReplicas) return 0;
  const [row] = await connection.read<{ unknown: string; seconds: string }>(availabilityLag);
  return row === undefined || Number(row.unknown) > 0 ? null : Number(row.seconds);
}
