import { RetryableError } from '../../../core/errors.ts';
import { pause } from '../../pause.ts';
import { serverErrorOf } from '../errors.ts';
import { literal } from '../quote.ts';
import type { Session } from './session.ts';
import { sessionLock } from './session-record.ts';
import { type LockHolder, recorded } from './target-lock.ts';

/** Milliseconds a session gets to end by itself after its statement was ended. */
const CANCEL_FOR_MS = 2_000;
/** Milliseconds until ending sessions counts as failed: one that was killed may be rolling back. */
const END_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 25;

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
export async function endSessions(
  session: Session,
  victims: readonly Victim[],
  signal: AbortSignal,
): Promise<void> {
  const started = performance.now();
  for (let round = 0; ; round++) {
    const left = await stillThere(session, victims);
    if (left.length === 0) return;
    const waited = performance.now() - started;
    if (waited > END_WITHIN_MS) {
      throw new RetryableError(`sessions ${left.join(', ')} did not end within ${END_WITHIN_MS / 1000} s`, {
        code: 'sessions-remain',
        remedy:
          'look at what they do in SHOW PROCESSLIST: a large statement takes its time to be rolled back',
      });
    }
    // An idle session has nothing to end, and one busy with a statement may take that as its end.
    if (round === 0) await killAll(session, 'QUERY', left);
    else if (round === 1 || waited > CANCEL_FOR_MS) await killAll(session, 'CONNECTION', left);
    await pause(LOOK_EVERY_MS, signal);
  }
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
