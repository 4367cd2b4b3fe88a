import type { Pressure } from '../../../app/ports/engine.ts';
import type { Session } from '../session/session.ts';
import { productPrefix } from '../session/tag.ts';
import { oldestTransaction } from './no-long-transactions.ts';
import { readReplicationLag } from './replication-lag.ts';

/** Each signal on its own: one that cannot be read does not hide the others. */
export async function readPressure(session: Session): Promise<Pressure> {
  const orNull = (reading: Promise<number | null>): Promise<number | null> => reading.catch(() => null);
  return {
    replicationLagSeconds: await orNull(readReplicationLag(session)),
    waitingForUs: await orNull(readWaitingForUs(session)),
    oldestTransactionSeconds: await orNull(readOldestTransaction(session)),
  };
}

/** Sessions of others that wait for a lock one of ours holds; every user may see locks. */
async function readWaitingForUs(session: Session): Promise<number> {
  const [row] = await session.read<{ waiting: string }>(
    `WITH ours AS MATERIALIZED (SELECT pid FROM pg_stat_activity WHERE starts_with(application_name, $1))
     SELECT count(DISTINCT l.pid) AS waiting FROM pg_locks l
     WHERE NOT l.granted AND l.pid NOT IN (SELECT pid FROM ours)
       AND pg_blocking_pids(l.pid) && (SELECT array_agg(pid) FROM ours)`,
    [productPrefix],
  );
  return Number(row?.waiting);
}

async function readOldestTransaction(session: Session): Promise<number | null> {
  const { seconds, hidden } = await oldestTransaction(session);
  return hidden > 0 ? null : seconds;
}
