import { cancelThenEnd, waitForEnd } from '../../wait-for-end.ts';
import type { Session } from './session.ts';

/**
 * Cancels what the sessions are doing, ends them, and resolves when the server no longer lists them.
 * A session is named by pid and application name together, as pids are used again.
 * Throws RetryableError when one does not go, FatalError when our user may not end it.
 */
export function endSessions(
  session: Session,
  victims: readonly { readonly pid: number; readonly applicationName: string }[],
  signal: AbortSignal,
): Promise<void> {
  return waitForEnd(
    {
      stillThere: () => stillThere(session, victims),
      press: cancelThenEnd(
        (left) => signalAll(session, 'pg_cancel_backend', left),
        (left) => signalAll(session, 'pg_terminate_backend', left),
      ),
      remedy: 'look at what they wait for in pg_stat_activity',
    },
    signal,
  );
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
