import { FatalError } from '../../../core/errors.ts';
import type { HistoryTable } from '../../../core/history/tool-history.ts';
import type { Session } from '../session/session.ts';

/** Throws FatalError where another tool has a history: what it says is applied must not be repeated unread. */
export async function refuseToolHistory(session: Session, { name }: HistoryTable): Promise<null> {
  const [found] = await session.read('SELECT 1 AS found FROM sys.tables WHERE LOWER(name) = @name', { name });
  if (found === undefined) return null;
  throw new FatalError(
    `this database has the history of another tool, ${name}, which is not read on SQL Server yet`,
    {
      code: 'history-unread',
      remedy:
        'migrate this database with that tool, or give Lockkeeper a folder of new migrations in plain form',
    },
  );
}
