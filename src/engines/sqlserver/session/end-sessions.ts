import { waitForEnd } from '../../wait-for-end.ts';
import type { Session } from './session.ts';

/** Milliseconds after which KILL is said again. */
const KILL_EVERY_MS = 2_000;

export interface NamedSession {
  readonly id: number;
  readonly applicationName: string;
  /** `running`, `sleeping` …; null where our user may not see it. */
  readonly state: string | null;
}

type Victim = Pick<NamedSession, 'id' | 'applicationName'>;

/**
 * Ends sessions with what they are doing, which the server undoes, and resolves when it no longer lists them. A session
 * is known by number and application name together, as numbers are used again. Throws RetryableError when one does not
 * go, FatalError when our user may not end it.
 */
export function endSessions(
  session: Session,
  victims: readonly Victim[],
  signal: AbortSignal,
): Promise<void> {
  let killed = Number.NEGATIVE_INFINITY;
  return waitForEnd(
    {
      stillThere: () => stillThere(session, victims),
      async press(left, _round, waitedMs) {
        if (waitedMs - killed <= KILL_EVERY_MS) return;
        await killAll(session, victims, left);
        killed = waitedMs;
      },
      remedy: 'see KILL … WITH STATUSONLY: a large statement takes its time to be rolled back',
    },
    signal,
  );
}

async function stillThere(session: Session, victims: readonly Victim[]): Promise<readonly number[]> {
  if (victims.length === 0) return [];
  const rows = await session.read<{ id: string; name: string }>(
    `SELECT session_id AS id, program_name AS name FROM sys.dm_exec_sessions
WHERE session_id IN (${victims.map(({ id }) => id).join(', ')})`,
  );
  return rows
    .filter((row) =>
      victims.some(({ id, applicationName }) => id === Number(row.id) && applicationName === row.name),
    )
    .map((row) => Number(row.id));
}

/** A session that has ended meanwhile cannot be killed, and need not be. */
async function killAll(session: Session, victims: readonly Victim[], ids: readonly number[]): Promise<void> {
  for (const id of ids) {
    await session.read(`KILL ${id}`).catch(async (error: unknown) => {
      if ((await stillThere(session, victims)).includes(id)) throw error;
    });
  }
}

/** Sessions in this database whose application name begins with `prefix`, without this one and those in `except`. */
export async function sessionsNamed(
  session: Session,
  prefix: string,
  except: readonly number[],
): Promise<readonly NamedSession[]> {
  const rows = await session.read<{ id: string; name: string; state: string | null }>(
    `SELECT session_id AS id, program_name AS name, status AS state FROM sys.dm_exec_sessions
WHERE LEFT(program_name, LEN(@prefix)) = @prefix AND database_id = DB_ID() AND session_id <> @@SPID`,
    { prefix },
  );
  return rows
    .map(({ id, name, state }) => ({ id: Number(id), applicationName: name, state }))
    .filter(({ id }) => !except.includes(id));
}

/** SQL Server calls a session that was asked nothing `sleeping`, Babelfish `idle` or `idle in transaction`. */
export const isIdle = (state: string | null): boolean => /^(sleeping|idle)/.test(state ?? '');
