import { literal, quoteIdentifier } from '../quote.ts';
import type { Session } from './session.ts';

/**
 * Sets the password of a login of the server. The statement holds it as a text, of which the server keeps nothing in
 * its caches and traces: it blots out what looks like a password.
 */
export async function setPassword(session: Session, user: string, password: string): Promise<void> {
  await session.write(
    'set password',
    `ALTER LOGIN ${quoteIdentifier(user)} WITH PASSWORD = ${literal(password)}`,
  );
}
