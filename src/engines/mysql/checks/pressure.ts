import type { Pressure } from '../../../app/ports/engine.ts';
import type { Connection } from '../session/connection.ts';
import { recorded } from '../session/target-lock.ts';
import { oldestTransaction } from './no-long-transactions.ts';
import { readReplicationLag } from './replication-lag.ts';

/** Each signal on its own: one that cannot be read does not hide the others. */
export async function readPressure(connection: Connection): Promise<Pressure> {
  const orNull = (reading: Promise<number | null>): Promise<number | null> => reading.catch(() => null);
  return {
    replicationLagSeconds: await orNull(readReplicationLag(connection)),
    waitingForUs: await orNull(readWaitingForUs(connection)),
    oldestTransactionSeconds: await orNull(
      oldestTransaction(connection).then((oldest) => oldest?.seconds ?? null),
    ),
  };
}

/** Transactions of others that wait for a row that one of our sessions has locked. */
async function readWaitingForUs(connection: Connection): Promise<number> {
  const ours = await recorded(connection, 'TRUE');
  const ids = [...ours.map(({ id }) => id), ...connection.ids()].join(', ');
  const [waiting, blocking, table] =
    connection.server.lockWaits === 'information_schema'
      ? ['requesting_trx_id', 'blocking_trx_id', 'information_schema.innodb_lock_waits']
      : [
          'requesting_engine_transaction_id',
          'blocking_engine_transaction_id',
          'performance_schema.data_lock_waits',
        ];
  const [row] = await connection.read<{ waiting: string }>(
    `SELECT COUNT(DISTINCT theirs.trx_id) AS waiting
     FROM ${table} w
     JOIN information_schema.innodb_trx ours ON ours.trx_id = w.${blocking}
     JOIN information_schema.innodb_trx theirs ON theirs.trx_id = w.${waiting}
     WHERE ours.trx_mysql_thread_id IN (${ids}) AND theirs.trx_mysql_thread_id NOT IN (${ids})`,
  );
  return Number(row?.waiting);
}
