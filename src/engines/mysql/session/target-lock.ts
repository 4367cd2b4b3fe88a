import { createHash } from 'node:crypto';
import { RetryableError } from '../../../core/errors.ts';
import type { PartitionId, RunId } from '../../../core/ids.ts';
import { serverErrorOf } from '../errors.ts';
import { ledgerTable } from '../ledger/names.ts';
import { literal } from '../quote.ts';
import type { OwnSession, Session } from './session.ts';
import { isAlive } from './session-record.ts';
import { applicationName } from './tag.ts';

/**
 * User-level locks (GET_LOCK) of the server, by name; names are the server's, so the database's is part of each. Upper
 * and lower case are one, as on some servers they are one in the database's name.
 *   target     entering a run and each step hold it to their end; a partition worker holds it while it joins;
 *   runner     the program that drives runs on a plain database URL, for as long as it lives;
 *   partition  one partition of a backfill: of two deliveries of it only one works.
 * A session's end releases them, however it ends. An answer other than 1 is believed: nobody goes on without.
 *
 * GET_LOCK has no shared mode, and workers of one run have to coexist while steps and other runs are kept out. So a
 * worker does not keep the target's lock. It takes it, writes into the row of its session that it shares the target,
 * and gives it back; who wants the target alone takes the lock and then looks for living sessions whose row says so:
 *   - a worker joins only while it holds the lock, so it cannot join between a step's look and the step's end;
 *   - its row is committed before it gives the lock back, so a step that gets the lock later sees it;
 *   - the row counts while the session's own lock is held (session-record.ts), which the server ends with the session,
 *     after rolling back: a worker that died keeps nobody out, and one that works does so to its last write.
 */
const lockName = (kind: string, session: Session, more: readonly string[] = []): string => {
  const subject = JSON.stringify([session.database.toLowerCase(), ...more]);
  return `lockkeeper/${kind}/${createHash('sha1').update(subject).digest('hex')}`;
};

const targetName = (session: Session): string => lockName('t', session);
const runnerName = (session: Session): string => lockName('r', session);

/** Seconds a worker waits for others that are joining at the same moment. */
const JOIN_WITHIN_S = 1;

export interface LockHolder {
  readonly id: number;
  /** Null for a session that is not in the ledger's list. */
  readonly token: string | null;
  readonly runId: string;
  readonly role: string;
  readonly user: string;
  /** `Sleep`, `Query` …; null where our user may not see it. */
  readonly command: string | null;
  /** Partition workers hold it together; they are idle between batches, and alive. */
  readonly shared: boolean;
}

/** True when the session now holds the target alone. */
export async function lockTarget(session: OwnSession): Promise<boolean> {
  if (!(await tryLock(session, targetName(session)))) return false;
  if ((await sharers(session)).length === 0) return true;
  await session.read('DO RELEASE_LOCK(?)', [targetName(session)]);
  return false;
}

/** True when the session now holds the target together with other partition workers. */
export async function shareTarget(session: OwnSession): Promise<boolean> {
  const table = ledgerTable(session, 'session');
  const name = literal(targetName(session));
  const token = literal(session.token);
  // One message: the session is never seen idle while it holds the lock, and would be ended for it.
  const [row] = await session.read<{ shares: string }>(`
DO GET_LOCK(${name}, ${JOIN_WITHIN_S});
UPDATE ${table} SET shares_target = IS_USED_LOCK(${name}) <=> CONNECTION_ID() WHERE token = ${token};
SELECT shares_target AS shares FROM ${table} WHERE token = ${token};
DO RELEASE_LOCK(${name})`);
  return row?.shares === '1';
}

/** True when the session now works on this partition alone. */
export const lockPartition = (session: OwnSession, run: RunId, id: PartitionId): Promise<boolean> =>
  tryLock(session, lockName('p', session, [run, id]));

/** True when this session is now the only one that drives runs here. */
export const lockRunner = (session: Session): Promise<boolean> => tryLock(session, runnerName(session));

export const runnerHolders = (session: Session): Promise<readonly LockHolder[]> =>
  holdersOf(session, runnerName(session));

/** Who holds the target, alone or shared, besides this session. */
export async function targetHolders(session: Session): Promise<readonly LockHolder[]> {
  const alone = await holdersOf(session, targetName(session));
  const ids = alone.map((holder) => holder.id);
  return [...alone, ...(await sharers(session)).filter((holder) => !ids.includes(holder.id))];
}

interface HolderRow {
  readonly id: string;
  readonly token: string | null;
  readonly run: string | null;
  readonly role: string | null;
  readonly shared: string | null;
  readonly user: string | null;
  readonly command: string | null;
}

async function holdersOf(session: Session, name: string): Promise<readonly LockHolder[]> {
  const [holder] = await session.read<{ id: string | null }>(
    'SELECT NULLIF(IS_USED_LOCK(?), CONNECTION_ID()) AS id',
    [name],
  );
  const id = holder?.id ?? null;
  if (id === null) return [];
  const known = await recorded(session, `s.connection_id = ${Number(id)}`);
  if (known.length > 0) return known;
  const [seen] = await session.read<{ user: string; command: string }>(
    'SELECT user, command FROM information_schema.processlist WHERE id = ?',
    [Number(id)],
  );
  const { user = '', command = null } = seen ?? {};
  return [{ id: Number(id), token: null, runId: '', role: '', user, command, shared: false }];
}

const sharers = (session: Session): Promise<readonly LockHolder[]> =>
  recorded(session, 's.shares_target = 1 AND s.connection_id <> CONNECTION_ID()');

/** Living sessions of the ledger's list for which `condition` is true of their row `s`; none where there is no ledger. */
export async function recorded(session: Session, condition: string): Promise<readonly LockHolder[]> {
  const rows = await session
    .read<HolderRow>(
      `SELECT s.connection_id AS id, s.token, s.run_id AS run, s.role, s.shares_target AS shared, p.user, p.command
       FROM ${ledgerTable(session, 'session')} s
       LEFT JOIN information_schema.processlist p ON p.id = s.connection_id
       WHERE ${condition} AND ${isAlive('s')} ORDER BY s.connection_id`,
    )
    .catch((error: unknown): readonly HolderRow[] => {
      if (serverErrorOf(error)?.number === NO_SUCH_TABLE) return [];
      throw error;
    });
  return rows.map((row) => ({
    id: Number(row.id),
    token: row.token,
    runId: row.run ?? '',
    role: row.role ?? '',
    user: row.user ?? '',
    command: row.command,
    shared: row.shared === '1',
  }));
}

const NO_SUCH_TABLE = 1146;

export const isOfRun = (holder: LockHolder, runId: string): boolean => holder.runId === runId;

export const isIdle = (holder: LockHolder): boolean => holder.command === 'Sleep';

export function describeHolder({ id, token, runId, role, user }: LockHolder): string {
  const name = token === null ? 'not in the ledger' : applicationName({ runId: runId as RunId, role });
  return `session ${id} (${name}, user ${user || 'unknown'})`;
}

export function targetBusy(holders: readonly LockHolder[]): RetryableError {
  const who = holders.map(describeHolder).join(', ');
  return new RetryableError(`the target is held by ${who === '' ? 'a session that is just ending' : who}`, {
    code: 'target-busy',
    remedy: 'wait until that session has ended; see its name for the run it belongs to',
  });
}

async function tryLock(session: Session, name: string): Promise<boolean> {
  const [row] = await session.read<{ granted: string | null }>('SELECT GET_LOCK(?, 0) AS granted', [name]);
  return row?.granted === '1';
}
