import { isLoopback } from '../app/open-database.ts';
import { FatalError, InputError } from '../core/errors.ts';
import type { EngineName } from '../core/ids.ts';
import type { Target } from '../core/target.ts';

/** A database URL taken apart: the target it makes, and the credentials that go into the secret. */
export interface UrlTarget {
  readonly target: Target;
  readonly secret: Readonly<Record<string, string | number>>;
  /** For messages: without user and password. */
  readonly shown: string;
}

const engines: Readonly<Record<string, { readonly engine: EngineName; readonly port: number }>> = {
  'postgres:': { engine: 'postgres', port: 5432 },
  'postgresql:': { engine: 'postgres', port: 5432 },
};

/** The name of targets made from a URL begins so; configured targets may not. */
export const urlTargetPrefix = 'url-';

/**
 * Reads `postgres://user:password@host:port/database?sslmode=verify-full`. The password may come from
 * PGPASSWORD. TLS is verified, except on loopback addresses without an sslmode.
 */
export function parseDatabaseUrl(text: string, environment: NodeJS.ProcessEnv): UrlTarget {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw bad('it is not a URL');
  }
  const known = engines[url.protocol];
  if (known === undefined) {
    throw bad(
      `scheme ${url.protocol.replace(':', '')} is not known`,
      `one of ${Object.keys(engines).join(' ')}`,
    );
  }
  const database = decodeURIComponent(url.pathname.replace(/^\//, ''));
  if (database === '') throw bad('it names no database', 'postgres://user@host/database');
  if (url.username === '') throw bad('it names no user', 'postgres://user@host/database');
  const host = url.hostname.replace(/^\[|\]$/g, '') || 'localhost';
  const port = url.port === '' ? known.port : Number(url.port);
  return {
    target: {
      name: targetName(database),
      engine: known.engine,
      secret: 'lockkeeper/database-url',
      host,
      port,
      database,
      tls: tlsMode(url.searchParams.get('sslmode'), host),
      restore: 'ask',
    },
    secret: {
      username: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password) || (environment.PGPASSWORD ?? ''),
      host,
      port,
      dbname: database,
    },
    shown: `${url.protocol}//${host}:${port}/${database}`,
  };
}

function targetName(database: string): string {
  const plain = database
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  return `${urlTargetPrefix}${plain}`.slice(0, 40).replace(/-$/, '');
}

/** Weaker modes are not taken silently for strong ones. */
function tlsMode(sslmode: string | null, host: string): 'verify' | 'off' {
  switch (sslmode) {
    case null:
      return isLoopback(host) ? 'off' : 'verify';
    case 'verify-full':
      return 'verify';
    case 'disable':
      if (isLoopback(host)) return 'off';
      throw new FatalError('sslmode=disable is allowed for loopback addresses only', {
        code: 'tls-required',
        remedy: 'use sslmode=verify-full',
      });
    default:
      throw bad(`sslmode=${sslmode} does not verify the server`, 'sslmode=verify-full (or none given)');
  }
}

const bad = (message: string, expected?: string): InputError =>
  new InputError('the database URL cannot be used', [
    { file: '--database-url', message, ...(expected === undefined ? {} : { expected }) },
  ]);
