import type { Pressure } from '../../../app/ports/engine.ts';
import type { Connection } from '../session/connection.ts';
import { oldestTransaction } from './no-long-transactions.ts';
import { waitingForUs } from './queries.ts';
import { readReplicationLag } from './replication-lag.ts';

/** Each signal on its own: one that cannot be read does not hide the others. */
export async function readPressure(connection: Connection): Promise<Pressure> {
  const orNull = (reading: Promise<number | null>): Promise<number | null> => reading.catch(() => null);
  return {
    replicationLagSeconds: await orNull(readReplicationLag(connection)),
    waitingForUs: await orNull(readWaitingForUs(connection)),
    oldestTransactionSeconds: await orNull(oldestTransaction(connection).then(({ seconds }) => seconds)),
  };
}

async function readWaitingForUs(connection: Connection): Promise<number | null> {
  if (!connection.server.listsRequests) return null;
  const [row] = await connection.read<{ waiting: string }>(waitingForUs);
  return Number(row?.waiting);
}
