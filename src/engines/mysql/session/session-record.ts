import { FatalError } from '../../../core/errors.ts';
import { serverErrorOf } from '../errors.ts';
import { ledgerTable } from '../ledger/names.ts';
import type { OwnSession } from './session.ts';

/**
 * The server knows nothing of what a session is for: the ledger keeps it. The row names a random token, and the session
 * holds a user-level lock on a name made of it from its first message to its end, however it ends. So a row speaks of
 * a living session, and of this one, if and only if the lock is held by the connection that the row names; a number
 * that the server has given to another connection meanwhile never passes for ours.
 */
export const sessionLock = (token: string): string => `${lockPrefix}${token}`;

const lockPrefix = 'lockkeeper/s/';

/** SQL: the row `alias` of the ledger's sessions stands for a session that is there. */
export const isAlive = (alias: string): string =>
  `IS_USED_LOCK(CONCAT('${lockPrefix}', ${alias}.token)) = ${alias}.connection_id`;

/** Errors for which a session stays without its row: what it could write, it could not write either. */
const cannotRecord: ReadonlySet<number> = new Set([
  1146, // there is no ledger yet
  1142,
  1044,
  1290,
  1792,
  1836,
]);

/** Records what the session is for, where there is a ledger. Idempotent. */
export async function recordSession(session: OwnSession): Promise<void> {
  try {
    await session.read(
      `INSERT INTO ${ledgerTable(session, 'session')} (token, connection_id, run_id, role) VALUES (?, ?, ?, ?)
       ON DUPLICATE KEY UPDATE connection_id = VALUES(connection_id)`,
      [session.token, session.id, session.tag.runId, session.tag.role],
    );
  } catch (error) {
    const number = serverErrorOf(error)?.number;
    if (session.lost || number === undefined || !cannotRecord.has(number)) throw error;
  }
}

/** Takes the row away when a session ends in peace; rows of others are swept when a run enters. */
export async function forgetSession(session: OwnSession): Promise<void> {
  if (session.lost) return;
  await session
    .read(`DELETE FROM ${ledgerTable(session, 'session')} WHERE token = ?`, [session.token])
    .catch(() => undefined);
}

/** Removes the rows of sessions that are no more. */
export async function sweepSessions(session: OwnSession): Promise<void> {
  const table = ledgerTable(session, 'session');
  const dead = await session.read<{ token: string }>(
    `SELECT token FROM ${table} s WHERE (${isAlive('s')}) IS NOT TRUE LIMIT 1000`,
  );
  // By primary key: a statement that searched would wait for the rows of sessions that are just being recorded.
  for (const { token } of dead) await session.read(`DELETE FROM ${table} WHERE token = ?`, [token]);
}

export function refuseUnrecorded(session: OwnSession): FatalError {
  return new FatalError(`session ${session.id} could not be recorded in the ledger`, {
    code: 'session-unrecorded',
    remedy: 'see that the user of the target may write to the tables lockkeeper_*',
  });
}
