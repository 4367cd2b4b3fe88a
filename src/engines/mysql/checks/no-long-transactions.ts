import { failed, passed, unreadable } from '../../check.ts';
import { serverErrorOf } from '../errors.ts';
import type { Connection } from '../session/connection.ts';
import { recorded } from '../session/target-lock.ts';
import type { CheckKind } from './check.ts';

const grantProcess = 'GRANT PROCESS ON *.* to the user of the target';

export const noLongTransactions: CheckKind<'no_long_transactions'> = {
  title: ({ olderThanSeconds }) => `no transaction is open for more than ${olderThanSeconds} s`,
  async run({ olderThanSeconds }, { connection }) {
    const oldest = await oldestTransaction(connection);
    if (oldest === null)
      return unreadable('transactions of other users may not be looked into', grantProcess);
    if (oldest.seconds > olderThanSeconds) {
      return failed(
        `${oldest.who} has one open for ${Math.floor(oldest.seconds)} s`,
        'wait for it, or end that session if nobody needs it',
      );
    }
    return passed('none');
  },
};

export interface OldestTransaction {
  readonly seconds: number;
  readonly who: string;
}

const ACCESS_DENIED = 1227;

/**
 * The oldest transaction of others on this server, whichever database its session is in: it may have touched any. 0
 * seconds where there is none, null where our user may not see. A prepared one (XA) has no session any more.
 */
export async function oldestTransaction(connection: Connection): Promise<OldestTransaction | null> {
  const ours = await recorded(connection, 'TRUE');
  const ids = [...ours.map(({ id }) => id), ...connection.ids()];
  try {
    const [row] = await connection.read<{ seconds: string; who: string }>(
      `SELECT TIMESTAMPDIFF(MICROSECOND, t.trx_started, SYSDATE(6)) / 1000000 AS seconds,
              CONCAT('session ', t.trx_mysql_thread_id, ' (user ', COALESCE(p.user, 'none'),
                     ', database ', COALESCE(p.db, 'none'), ', ', COALESCE(p.command, 'prepared'), ')') AS who
       FROM information_schema.innodb_trx t
       LEFT JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id
       WHERE t.trx_mysql_thread_id NOT IN (${ids.join(', ')}) ORDER BY t.trx_started LIMIT 1`,
    );
    return { seconds: Number(row?.seconds ?? 0), who: row?.who ?? '' };
  } catch (error) {
    if (serverErrorOf(error)?.number === ACCESS_DENIED) return null;
    throw error;
  }
}
