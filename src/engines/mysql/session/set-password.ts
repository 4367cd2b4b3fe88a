import { createHash } from 'node:crypto';
import { FatalError } from '../../../core/errors.ts';
import { literal } from '../quote.ts';
import type { Server } from '../server.ts';
import type { Session } from './session.ts';

/**
 * Sets a user's password for every host it may come from. Where the account keeps the plain double SHA-1
 * (mysql_native_password), the server and its logs only ever see that; for other plugins the server has to be told the
 * password, and leaves it out of its logs.
 */
export async function setPassword(
  session: Session,
  server: Server,
  user: string,
  password: string,
): Promise<void> {
  const accounts = await session.read<{ host: string; plugin: string }>(
    'SELECT host, plugin FROM mysql.user WHERE user = ?',
    [user],
  );
  if (accounts.length === 0) {
    throw new FatalError(`there is no user ${user}`, {
      code: 'no-such-user',
      remedy: 'correct the user in the secret of the target',
    });
  }
  for (const { host, plugin } of accounts) {
    const account = `${literal(user)}@${literal(host)}`;
    await session.write('set password', `ALTER USER ${account} ${identified(server, plugin, password)}`);
  }
}

function identified(server: Server, plugin: string, password: string): string {
  if (plugin !== '' && plugin !== NATIVE) return `IDENTIFIED BY ${literal(password)}`;
  const hash = literal(nativeHash(password));
  return server.isMariaDb ? `IDENTIFIED VIA ${NATIVE} USING ${hash}` : `IDENTIFIED WITH ${NATIVE} AS ${hash}`;
}

const NATIVE = 'mysql_native_password';

/** The form in which mysql.user keeps it: an asterisk and SHA1(SHA1(password)). */
export function nativeHash(password: string): string {
  if (password === '') return '';
  const once = createHash('sha1').update(password, 'utf8').digest();
  return `*${createHash('sha1').update(once).digest('hex').toUpperCase()}`;
}
