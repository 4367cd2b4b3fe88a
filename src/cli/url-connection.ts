import type { Database, Engine, Login } from '../app/ports/engine.ts';
import { FatalError, LoginRefusedError } from '../core/errors.ts';
import type { UrlTarget } from './database-url.ts';

/**
 * Opens a session on the database of a URL. Throws FatalError when the user or the password is refused: it is asked
 * once, as nobody rotates the password of a URL; else what the engine's `connect` throws.
 */
export async function connectToUrl(
  engine: Engine,
  url: UrlTarget,
  role: string,
  signal: AbortSignal,
): Promise<Database> {
  try {
    return await engine.connect(loginOf(url), { runId: 'none', role }, signal);
  } catch (error) {
    throw error instanceof LoginRefusedError ? refused(url, error) : error;
  }
}

export function loginOf({ target, secret }: UrlTarget): Login {
  return {
    host: secret.host,
    port: secret.port,
    user: secret.username,
    password: secret.password,
    database: secret.dbname,
    tls:
      target.tls === 'off'
        ? { mode: 'off' }
        : { mode: 'verify', ...(target.tlsCa === undefined ? {} : { ca: target.tlsCa }) },
  };
}

/** The secret is our own doing: the person gave a URL. */
function refused({ shown, secret, passwordFrom }: UrlTarget, cause: LoginRefusedError): FatalError {
  const [message, remedy] =
    secret.password === ''
      ? [`${shown} refuses the user without a password`, `give one in ${passwordFrom}, or in the URL`]
      : [
          `${shown} refuses the user and password`,
          `check both in the URL; the password may also come from ${passwordFrom}`,
        ];
  return new FatalError(message, { code: 'login-refused', remedy, cause });
}
