import { cancelThenEnd, waitForEnd } from '../../wait-for-end.ts';
import { serverErrorOf } from '../errors.ts';
import { literal } from '../quote.ts';
import type { Session } from './session.ts';
import { sessionLock } from './session-record.ts';
import { type LockHolder, recorded } from './target-lock.ts';

/** Error number of KILL for a connection that has ended meanwhile. */
const NO_SUCH_THREAD = 1094;

export interface Victim {
  readonly id: number;
  readonly token: string | null;
}

/**
 * Ends what the sessions are doing, then the sessions, and resolves when they are gone: when the locks that stand for
 * them are free, which the server gives up after it has rolled back. A session without such a lock is left alone.
 * Throws RetryableError when one does not go, FatalError when our user may not end it.
 */
export function endSessions(
  session: Session,
  victims: readonly Victim[],
  signal: AbortSignal,
): Promise<void> {
  return waitForEnd(
    {
      stillThere: () => stillThere(session, victims),
      press: cancelThenEnd(
        (left) => killAll(session, 'QUERY', left),
        (left) => killAll(session, 'CONNECTION', left),
      ),
      remedy: 'look at what they do in SHOW PROCESSLIST: a large statement takes its time to be rolled back',
    },
    signal,
  );
}

async function stillThere(session: Session, victims: readonly Victim[]): Promise<readonly number[]> {
  const named = victims.flatMap(({ id, token }) => (token === null ? [] : [{ id, token }]));
  if (named.length === 0) return [];
  const asked = named.map(
    ({ id, token }) =>
      `SELECT ${id} AS id FROM DUAL WHERE IS_USED_LOCK(${literal(sessionLock(token))}) = ${id}`,
  );
  const rows = await session.read<{ id: string }>(asked.join(' UNION ALL '));
  return rows.map((row) => Number(row.id));
}

async function killAll(
  session: Session,
  what: 'QUERY' | 'CONNECTION',
  ids: readonly number[],
): Promise<void> {
  for (const id of ids) {
    await session.read(`KILL ${what} ${id}`).catch((error: unknown) => {
      if (serverErrorOf(error)?.number !== NO_SUCH_THREAD) throw error;
    });
  }
}

/** Living sessions of a run, without those in `except`. */
export async function sessionsOf(
  session: Session,
  runId: string,
  except: readonly number[],
): Promise<readonly LockHolder[]> {
  const found = await recorded(session, `s.run_id = ${literal(runId)}`);
  return found.filter(({ id }) => !except.includes(id));
}
