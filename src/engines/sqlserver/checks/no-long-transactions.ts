import { failed, passed, unreadable } from '../../check.ts';
import type { Connection } from '../session/connection.ts';
import type { CheckKind } from './check.ts';
import { oldestBySession, oldestTransaction as oldestQuery } from './queries.ts';

const grant =
  'GRANT VIEW SERVER STATE to the login of the target (VIEW DATABASE STATE in Azure SQL Database)';

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
    if (oldest.isLeast) {
      return unreadable(
        `${oldest.who} has a transaction open, and the server does not tell since when`,
        grant,
      );
    }
    return passed('none');
  },
};

export interface OldestTransaction {
  readonly seconds: number;
  readonly who: string;
  /** It may be older: known is only when its session was last asked anything. */
  readonly isLeast: boolean;
}

/** The oldest transaction of others in this database; 0 seconds where there is none. */
export async function oldestTransaction(connection: Connection): Promise<OldestTransaction> {
  const listed = connection.server.listsTransactions;
  const [row] = await connection.read<{ seconds: string; who: string }>(
    listed ? oldestQuery : oldestBySession,
  );
  return { seconds: Number(row?.seconds ?? 0), who: row?.who ?? '', isLeast: !listed && row !== undefined };
}
