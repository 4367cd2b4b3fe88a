import { FatalError, RetryableError } from '../../../core/errors.ts';
import type { PartitionId } from '../../../core/ids.ts';
import { lockAnswer, releaseLock, takeLock } from './locks.ts';
import type { Session } from './session.ts';
import type { SessionUse } from './settings.ts';
import { productPrefix, runPrefix } from './tag.ts';

/**
 * Locks of the application, held by sessions:
 *   target      exclusive for entering a run and for each step, shared for partition workers, so that the workers of
 *               one run coexist while steps and other runs are kept out;
 *   runner      the program that drives runs on a plain database URL, for as long as it lives;
 *   partition/… one partition of a backfill, exclusive: of two deliveries of it only one works.
 * Sessions that hold one of the first two are opened for it and say so in their names: whoever may see sessions can
 * tell who is in the way. One that is about to be refused is taken for a holder for a moment, which costs a retry.
 */
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
export const lockTarget = (session: Session, withinMs = AT_ONCE_MS): Promise<boolean> =>
  tryLock(session, TARGET, 'Exclusive', withinMs);

/** True when the session now holds the target together with other partition workers. */
export const shareTarget = (session: Session, withinMs: number): Promise<boolean> =>
  tryLock(session, TARGET, 'Shared', withinMs);

/** Gives the target back before the session ends, of which the server takes notice a moment later. */
export async function unlockTarget(session: Session): Promise<void> {
  await session.read(releaseLock, { resource: TARGET });
}

/** True when this session is now the only one that drives runs here. */
export const lockRunner = (session: Session): Promise<boolean> =>
  tryLock(session, RUNNER, 'Exclusive', AT_ONCE_MS);

/** True when the session now works on this partition alone. */
export const lockPartition = (session: Session, id: PartitionId, withinMs: number): Promise<boolean> =>
  tryLock(session, `lockkeeper/partition/${id}`, 'Exclusive', withinMs);

export const runnerHolders = (session: Session): Promise<readonly LockHolder[]> =>
  holdersOf(session, ['runner']);

/** Who holds the target, alone or shared, besides this session. */
export const targetHolders = (session: Session): Promise<readonly LockHolder[]> =>
  holdersOf(session, ['enter', 'step', 'worker']);

/** Milliseconds. With 0, Babelfish answers that the call has failed where SQL Server says that the lock is not free. */
const AT_ONCE_MS = 1;

async function tryLock(
  session: Session,
  resource: string,
  mode: 'Shared' | 'Exclusive',
  withinMs: number,
): Promise<boolean> {
  const [row] = await session.read<{ code: string }>(takeLock, {
    resource,
    mode,
    timeout: Math.max(AT_ONCE_MS, withinMs),
  });
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

async function holdersOf(session: Session, uses: readonly SessionUse[]): Promise<readonly LockHolder[]> {
  const endings = uses.map((use) => `s.program_name LIKE N'%#${use}'`);
  const rows = await session.read<
    Record<'name' | 'user' | 'state', string | null> & { id: string; idle: string }
  >(
    `SELECT s.session_id AS id, s.program_name AS name, s.login_name AS [user], s.status AS state,
  CASE WHEN s.status LIKE N'sleeping%' OR s.status LIKE N'idle%'
    THEN DATEDIFF(second, s.last_request_end_time, SYSDATETIME()) ELSE 0 END AS idle
FROM sys.dm_exec_sessions AS s
WHERE s.session_id <> @@SPID AND s.database_id = DB_ID()
  AND LEFT(s.program_name, ${productPrefix.length}) = N'${productPrefix}' AND (${endings.join(' OR ')})
ORDER BY s.session_id`,
  );
  return rows.map((row) => ({
    id: Number(row.id),
    applicationName: row.name ?? '',
    user: row.user ?? '',
    state: row.state ?? '',
    idleSeconds: Number(row.idle),
    shared: (row.name ?? '').endsWith('#worker'),
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
