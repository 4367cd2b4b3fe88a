import { failed, passed, unreadable } from '../../check.ts';
import type { Session } from '../session/session.ts';
import { productPrefix } from '../session/tag.ts';
import type { CheckKind } from './check.ts';

export const noLongTransactions: CheckKind<'no_long_transactions'> = {
  title: ({ olderThanSeconds }) => `no transaction is open for more than ${olderThanSeconds} s`,
  async run({ olderThanSeconds }, { connection }) {
    const oldest = await oldestTransaction(connection);
    if (oldest.seconds > olderThanSeconds) {
      return failed(
        `${oldest.who} has one open for ${Math.floor(oldest.seconds)} s`,
        'wait for it, or end that session if nobody needs it',
      );
    }
    if (oldest.hidden > 0) {
      return unreadable(
        `${oldest.hidden} sessions of other users may not be looked into`,
        'GRANT pg_read_all_stats (or pg_monitor) to the user of the target',
      );
    }
    return passed('none');
  },
};

export interface OldestTransaction {
  readonly seconds: number;
  readonly who: string;
  /** Sessions whose transactions our user may not see. */
  readonly hidden: number;
}

/** The oldest transaction of others in this database, prepared ones included; 0 seconds where there is none. */
export async function oldestTransaction(session: Session): Promise<OldestTransaction> {
  const [row] = await session.read<{ seconds: string; who: string; hidden: string }>(
    `WITH others AS (
       SELECT extract(epoch FROM clock_timestamp() - xact_start) AS seconds,
              format('session %s (user %s, application %s, %s)', pid, usename, application_name, state) AS who,
              state IS NULL AS hidden
       FROM pg_stat_activity
       -- What our user may not look into shows neither its state nor what kind of session it is.
       WHERE datname = current_database() AND coalesce(backend_type, 'client backend') = 'client backend'
         AND pid <> pg_backend_pid() AND NOT starts_with(coalesce(application_name, ''), $1)
       UNION ALL
       SELECT extract(epoch FROM clock_timestamp() - prepared), format('prepared transaction %s', gid), false
       FROM pg_prepared_xacts WHERE database = current_database()
     )
     SELECT (SELECT count(*) FROM others WHERE hidden) AS hidden, o.seconds, o.who
     FROM (VALUES (1)) one
     LEFT JOIN LATERAL (SELECT * FROM others WHERE seconds IS NOT NULL ORDER BY seconds DESC LIMIT 1) o ON true`,
    [productPrefix],
  );
  return { seconds: Number(row?.seconds ?? 0), who: row?.who ?? '', hidden: Number(row?.hidden ?? 0) };
}
