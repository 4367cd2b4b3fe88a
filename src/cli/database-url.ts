import { readFileSync } from 'node:fs';
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
 * Reads `postgres://user:password@host:port/database?sslmode=verify-full&sslrootcert=ca.pem`. The password may
 * come from PGPASSWORD. TLS is verified, except on loopback addresses without an sslmode. Throws InputError,
 * which never repeats the URL: it may hold a password in an unexpected place.
 */
export function parseDatabaseUrl(text: string, environment: NodeJS.ProcessEnv): UrlTarget {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw bad('it is not a URL', form);
  }
  const known = engines[url.protocol];
  if (known === undefined) {
    throw bad(
      `the scheme ${url.protocol.replace(':', '')} is not known`,
      Object.keys(engines)
        .map((scheme) => `${scheme}//`)
        .join(' or '),
    );
  }
  const database = decode(url.pathname.replace(/^\//, ''), 'database');
  if (database === '') throw bad('it names no database', form);
  if (url.username === '') throw bad('it names no user', form);
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
      ...tlsOf(url.searchParams, host),
      restore: 'ask',
    },
    secret: {
      username: decode(url.username, 'user'),
      password: decode(url.password, 'password') || (environment.PGPASSWORD ?? ''),
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

const form =
  'postgres://user:password@host:port/database, with special characters of user and password as in %40 for @';

function decode(text: string, part: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw bad(`the ${part} holds a % that is no escape`, '%25 for a % that is meant');
  }
}

/** What it does not know is refused: a setting that is ignored silently could be one of safety. */
function tlsOf(parameters: URLSearchParams, host: string): Pick<Target, 'tls' | 'tlsCa'> {
  const unknown = [...parameters.keys()].filter((name) => name !== 'sslmode' && name !== 'sslrootcert');
  if (unknown.length > 0) {
    throw bad(`the parameter ${unknown.join(', ')} is not known`, 'sslmode and sslrootcert only');
  }
  const file = parameters.get('sslrootcert');
  const asked = parameters.get('sslmode') ?? (file === null ? null : 'verify-full');
  const tls = tlsMode(asked, host);
  if (file === null) return { tls };
  if (tls === 'off') throw bad('sslrootcert is of no use without TLS', 'sslmode=verify-full');
  try {
    return { tls, tlsCa: readFileSync(file, 'utf8') };
  } catch (error) {
    throw bad(`sslrootcert ${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'error'}`);
  }
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
