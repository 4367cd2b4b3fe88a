import { plainEffects } from '../../../src/app/ports/effects.ts';
import { openSession, type Session } from '../../../src/engines/postgres/session/session.ts';

/** A session of the engine's own on a test database. */
export function openTestSession(url: string): Promise<Session> {
  const { hostname, port, username, password, pathname } = new URL(url);
  const login = {
    host: hostname,
    port: Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: pathname.slice(1),
    tls: { mode: 'off' },
  } as const;
  return openSession(login, { runId: 'none', role: 'test' }, new AbortController().signal, plainEffects);
}
