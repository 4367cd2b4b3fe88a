import { literal } from '../quote.ts';
import type { OwnSession } from '../session/session.ts';
import { settingsQuery } from '../session/settings.ts';

/**
 * The settings of a step's session that no statement of an author may change: how long it waits for a lock, and
 * the name by which it is found again when its client has died.
 */
const ownSettings = (session: OwnSession, lockTimeoutMs: number) => ({
  lock_timeout: String(lockTimeoutMs),
  application_name: session.applicationName,
});

/** A statement that sets them until the transaction ends. */
export function keepOwnLocally(session: OwnSession, lockTimeoutMs: number): string {
  const calls = Object.entries(ownSettings(session, lockTimeoutMs)).map(
    ([name, value]) => `pg_catalog.set_config(${literal(name)}, ${literal(value)}, true)`,
  );
  return `SELECT ${calls.join(', ')}`;
}

/**
 * Sets them for the session, with what further messages count on: the text that is sent is UTF-8, and the server
 * does not end a statement because its client has gone.
 */
export async function keepOwn(session: OwnSession, lockTimeoutMs: number): Promise<void> {
  const settings = {
    ...ownSettings(session, lockTimeoutMs),
    client_encoding: 'UTF8',
    client_connection_check_interval: '0',
  };
  await session.read(settingsQuery, [Object.keys(settings), Object.values(settings)]);
}
