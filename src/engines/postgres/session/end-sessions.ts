import { RetryableError } from '../../../core/errors.ts';
import { pause } from '../../pause.ts';
import type { Session } from './session.ts';

/** Milliseconds a session gets to end by itself after its statement was cancelled. */
const CANCEL_FOR_MS = 2_000;
/** Milliseconds until ending sessions counts as failed: a terminated backend may be rolling back. */
const END_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 25;

/**
 * Cancels what the sessions are doing, ends them, and resolves when the server no longer lists them.
 * A session is named by pid and application name together, as pids are used again.
 * Throws RetryableError when one does not go, FatalError when our user may not end it.
 */
export async function endSessions(
  session: Session,
  victims: readonly { readonly pid: number; readonly applicationName: string }[],
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
        remedy: 'look at what they wait for in pg_stat_activity',
      });
    }
    // An idle session has nothing to cancel, and one busy with a statement may take cancelling as its end.
    if (round === 0) await signalAll(session, 'pg_cancel_backend', left);
    else if (round === 1 || waited > CANCEL_FOR_MS) await signalAll(session, 'pg_terminate_backend', left);
    await pause(LOOK_EVERY_MS, signal);
  }
}

async function stillThere(
  session: Session,
  victims: readonly { readonly pid: number; readonly applicationName: string }[],
): Promise<readonly string[]> {
  const rows = await session.read<{ pid: string }>(
    `SELECT a.pid FROM pg_stat_activity a
     JOIN unnest($1::int[], $2::text[]) AS v(pid, name) ON a.pid = v.pid AND a.application_name = v.name`,
    [victims.map((victim) => String(victim.pid)), victims.map((victim) => victim.applicationName)],
  );
  return rows.map((row) => row.pid);
}

async function signalAll(session: Session, act: string, pids: readonly string[]): Promise<void> {
  await session.read(`SELECT pg_catalog.${act}(pid) FROM unnest($1::int[]) AS v(pid)`, [pids]);
}

/** A session by its name; the state is null where our user may not see it. */
export interface NamedSession {
  readonly pid: number;
  readonly applicationName: string;
  readonly state: string | null;
}

/** Sessions of this database whose application name begins with `prefix`, without those in `except`. */
export async function sessionsNamed(
  session: Session,
  prefix: string,
  except: readonly number[],
): Promise<readonly NamedSession[]> {
  const rows = await session.read<{ pid: string; name: string; state: string | null }>(
    `SELECT pid, application_name AS name, state FROM pg_stat_activity
     WHERE starts_with(application_name, $1) AND datname = current_database()
       AND pid <> pg_backend_pid() AND pid <> ALL ($2::int[])`,
    [prefix, except.map(String)],
  );
  return rows.map(({ pid, name, state }) => ({ pid: Number(pid), applicationName: name, state }));
}
