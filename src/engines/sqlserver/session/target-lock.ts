import { FatalError, RetryableError } from '../../../core/errors.ts';
import type { PartitionId } from '../../../core/ids.ts';
import { lockAnswer, lockName, takeLock } from './locks.ts';
import type { Session } from './session.ts';
import { productPrefix, runPrefix } from './tag.ts';

/**
 * Locks of the application, held by sessions:
 *   target      exclusive for entering a run and for each step, shared for partition workers, so that the workers of
 *               one run coexist while steps and other runs are kept out;
 *   runner      the program that drives runs on a plain database URL, for as long as it lives;
 *   partition/… one partition of a backfill, exclusive: of two deliveries of it only one works.
 * Who holds the first two is known by a second lock on a name made of the session's number: any session may test that
 * (APPLOCK_TEST), where the list of all locks takes a right of its own, and some servers have none.
 */
type Shared = 'target' | 'runner';

const TARGET = 'lockkeeper/target';
const RUNNER = 'lockkeeper/runner';

export interface LockHolder {
  readonly id: number;
  readonly applicationName: string;
  readonly user: string;
  /** `running`, `sleeping` … */
  readonly state: string;
  /** Seconds since it was last asked anything. */
  readonly idleSeconds: number;
  /** Partition workers hold it together; they are idle between batches, and alive. */
  readonly shared: boolean;
}

/** True when the session now holds the target alone. */
export const lockTarget = (session: Session): Promise<boolean> => lockMarked(session, TARGET, 'Exclusive');

/** True when the session now holds the target together with other partition workers. */
export const shareTarget = (session: Session): Promise<boolean> => lockMarked(session, TARGET, 'Shared');

/** True when this session is now the only one that drives runs here. */
export const lockRunner = (session: Session): Promise<boolean> => lockMarked(session, RUNNER, 'Exclusive');

/** True when the session now works on this partition alone. */
export const lockPartition = (session: Session, id: PartitionId): Promise<boolean> =>
  tryLock(session, `lockkeeper/partition/${id}`, 'Exclusive');

export const runnerHolders = (session: Session): Promise<readonly LockHolder[]> =>
  holdersOf(session, 'runner');

/** Who holds the target, alone or shared, besides this session. */
export const targetHolders = (session: Session): Promise<readonly LockHolder[]> =>
  holdersOf(session, 'target');

/** Milliseconds. With 0, Babelfish answers that the call has failed where SQL Server says that the lock is not free. */
const AT_ONCE_MS = 1;

const markOf = (resource: string): string => `${resource}/`;

/** The mark is nobody else's, and so never waited for. */
async function lockMarked(
  session: Session,
  resource: string,
  mode: 'Shared' | 'Exclusive',
): Promise<boolean> {
  if (!(await tryLock(session, resource, mode))) return false;
  return tryLock(session, `${markOf(resource)}${session.id}`, mode);
}

async function tryLock(session: Session, resource: string, mode: 'Shared' | 'Exclusive'): Promise<boolean> {
  const [row] = await session.read<{ code: string }>(takeLock, { resource, mode, timeout: AT_ONCE_MS });
  const code = Number(row?.code);
  const answer = lockAnswer(code);
  if (answer === null) {
    throw new FatalError(`sp_getapplock answered ${code}, which is none of its codes`, {
      code: 'lock-unknown',
      remedy: 'see that the user of the target is a user of the database and may call sp_getapplock',
    });
  }
  return answer === 'granted';
}

/** SQL: the mark of the session in a row of sessions. */
const mark = lockName('CONCAT(@mark, s.session_id)');

async function holdersOf(session: Session, which: Shared): Promise<readonly LockHolder[]> {
  const rows = await session.read<
    Record<'name' | 'user' | 'state', string | null> & { id: string; idle: string; shared: string }
  >(
    `SELECT s.session_id AS id, s.program_name AS name, s.login_name AS [user], s.status AS state,
  CASE WHEN s.status LIKE N'sleeping%' OR s.status LIKE N'idle%' THEN DATEDIFF(second, s.last_request_end_time, SYSDATETIME()) ELSE 0 END AS idle,
  APPLOCK_TEST(N'public', ${mark}, N'Shared', N'Session') AS shared
FROM sys.dm_exec_sessions AS s
WHERE s.session_id <> @@SPID AND LEFT(s.program_name, ${productPrefix.length}) = N'${productPrefix}'
  AND APPLOCK_TEST(N'public', ${mark}, N'Exclusive', N'Session') = 0
ORDER BY s.session_id`,
    { mark: markOf(which === 'target' ? TARGET : RUNNER) },
  );
  return rows.map((row) => ({
    id: Number(row.id),
    applicationName: row.name ?? '',
    user: row.user ?? '',
    state: row.state ?? '',
    idleSeconds: Number(row.idle),
    shared: row.shared === '1',
  }));
}

export const isOfRun = (holder: LockHolder, runId: string): boolean =>
  holder.applicationName.startsWith(runPrefix(runId));

export const describeHolder = (holder: LockHolder): string =>
  `session ${holder.id} (${holder.applicationName || 'no application name'}, user ${holder.user || 'unknown'})`;

export function targetBusy(holders: readonly LockHolder[]): RetryableError {
  const who = holders.map(describeHolder).join(', ');
  return new RetryableError(`the target is held by ${who === '' ? 'a session that is just ending' : who}`, {
    code: 'target-busy',
    remedy: 'wait until that session has ended; see its application name for the run it belongs to',
  });
}
