import type { Connection } from '../session/connection.ts';
import { type CheckKind, failed, passed, unreadable } from './check.ts';
import { oldestTransaction as oldestQuery } from './queries.ts';

const grant =
  'GRANT VIEW SERVER STATE to the login of the target (VIEW DATABASE STATE in Azure SQL Database)';

export const noLongTransactions: CheckKind<'no_long_transactions'> = {
  title: ({ olderThanSeconds }) => `no transaction is open for more than ${olderThanSeconds} s`,
  async run({ olderThanSeconds }, { connection }) {
    const oldest = await oldestTransaction(connection);
    if (oldest === null) return unreadable('transactions of other users may not be looked into', grant);
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

/** The oldest transaction of others in this database; 0 seconds where there is none, null where our user may not see. */
export async function oldestTransaction(connection: Connection): Promise<OldestTransaction | null> {
  if (!connection.server.listsTransactions) return null;
  const [row] = await connection.read<{ seconds: string; who: string }>(oldestQuery);
  return { seconds: Number(row?.seconds ?? 0), who: row?.who ?? '' };
}
