import { RetryableError } from '../../../core/errors.ts';
import type { PartitionId } from '../../../core/ids.ts';
import type { Session } from './session.ts';
import { runPrefix } from './tag.ts';

/**
 * Advisory locks, session level, two-key form; the first key is ours ('LKPR' as a number), the second is
 *   0          the target: exclusive for entering a run and for each step, shared for partition workers,
 *              so that the workers of one run coexist while steps and other runs are kept out;
 *   1          installing the ledger;
 *   2          the program that drives runs on a plain database URL, for as long as it lives;
 *   otherwise  one partition of a backfill, exclusive: of two deliveries of it only one works.
 * A session's end releases them, however it ends. An answer of false is believed: nobody goes on without.
 * Over a transport that keeps no session, the same locks are taken by each transaction, to its end.
 */
export const LOCK_SPACE = 0x4c4b_5052;
const TARGET = 0;
export const LEDGER_INSTALLATION = 1;
const RUNNER = 2;

export interface LockHolder {
  readonly pid: number;
  readonly applicationName: string;
  readonly user: string;
  /** `active`, `idle` …; null where our user may not see it. */
  readonly state: string | null;
  /** Partition workers hold it together; they are idle between batches, and alive. */
  readonly shared: boolean;
}

/** True when the session now holds the target alone. */
export function lockTarget(session: Session): Promise<boolean> {
  return tryLock(session, `SELECT pg_try_advisory_lock(${LOCK_SPACE}, ${TARGET}) AS granted`);
}

/** True when the session now holds the target together with other partition workers. */
export function shareTarget(session: Session): Promise<boolean> {
  return tryLock(session, `SELECT pg_try_advisory_lock_shared(${LOCK_SPACE}, ${TARGET}) AS granted`);
}

/** True when the transaction now holds the target alone, to its end. */
export function lockTargetToCommit(transaction: Session): Promise<boolean> {
  return tryLock(transaction, `SELECT ${takesTargetToCommit} AS granted`);
}

/** SQL condition: the transaction now holds the target alone, to its end. */
export const takesTargetToCommit = `pg_catalog.pg_try_advisory_xact_lock(${LOCK_SPACE}, ${TARGET})`;

/** True when the transaction now holds the target together with other partition workers, to its end. */
export function shareTargetToCommit(transaction: Session): Promise<boolean> {
  return tryLock(transaction, `SELECT pg_try_advisory_xact_lock_shared(${LOCK_SPACE}, ${TARGET}) AS granted`);
}

/** True when the transaction now works on this partition alone, to its end. */
export function lockPartitionToCommit(transaction: Session, id: PartitionId): Promise<boolean> {
  const sql = `SELECT pg_try_advisory_xact_lock(${LOCK_SPACE}, hashtext($1)) AS granted`;
  return tryLock(transaction, sql, [id]);
}

/** True when the session now works on this partition alone. */
export function lockPartition(session: Session, id: PartitionId): Promise<boolean> {
  // hashtext yields negative numbers and may hit the small keys once in 2^31: then two partitions exclude
  // each other or the installation, which costs a retry and nothing else.
  return tryLock(session, `SELECT pg_try_advisory_lock(${LOCK_SPACE}, hashtext($1)) AS granted`, [id]);
}

export async function unlockAll(session: Session): Promise<void> {
  await session.read('SELECT pg_advisory_unlock_all()');
}

/** True when this session is now the only one that drives runs here. */
export function lockRunner(session: Session): Promise<boolean> {
  return tryLock(session, `SELECT pg_try_advisory_lock(${LOCK_SPACE}, ${RUNNER}) AS granted`);
}

export const runnerHolders = (session: Session): Promise<readonly LockHolder[]> => holdersOf(session, RUNNER);

/** Who holds the target, alone or shared, besides this session. */
export const targetHolders = (session: Session): Promise<readonly LockHolder[]> => holdersOf(session, TARGET);

async function holdersOf(session: Session, key: number): Promise<readonly LockHolder[]> {
  const rows = await session.read<
    Record<'name' | 'user' | 'state', string | null> & { pid: string; mode: string }
  >(`
    SELECT l.pid, a.application_name AS name, a.usename AS "user", a.state, l.mode
    FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE l.locktype = 'advisory' AND l.granted AND l.classid = ${LOCK_SPACE} AND l.objid = ${key} AND l.objsubid = 2
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND l.pid <> pg_backend_pid()
    ORDER BY l.pid`);
  return rows.map((row) => ({
    pid: Number(row.pid),
    applicationName: row.name ?? '',
    user: row.user ?? '',
    state: row.state,
    shared: row.mode === 'ShareLock',
  }));
}

export const isOfRun = (holder: LockHolder, runId: string): boolean =>
  holder.applicationName.startsWith(runPrefix(runId));

export const isIdle = (holder: LockHolder): boolean => holder.state?.startsWith('idle') === true;

export const describeHolder = (holder: LockHolder): string =>
  `session ${holder.pid} (${holder.applicationName || 'no application name'}, user ${holder.user || 'unknown'})`;

export function targetBusy(holders: readonly LockHolder[]): RetryableError {
  const who = holders.map(describeHolder).join(', ');
  return new RetryableError(`the target is held by ${who === '' ? 'a session that is just ending' : who}`, {
    code: 'target-busy',
    remedy: 'wait until that session has ended; see its application name for the run it belongs to',
  });
}

async function tryLock(session: Session, sql: string, values: readonly string[] = []): Promise<boolean> {
  const [row] = await session.read<{ granted: string }>(sql, values);
  return row?.granted === 't';
}
