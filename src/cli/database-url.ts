import { readFileSync } from 'node:fs';
import { isLoopback } from '../app/open-database.ts';
import { FatalError, InputError } from '../core/errors.ts';
import type { EngineName } from '../core/ids.ts';
import type { Target } from '../core/target.ts';

/** A database URL taken apart: the target it makes, and the credentials that go into the secret. */
export interface UrlTarget {
  readonly target: Target;
  readonly secret: {
    readonly username: string;
    /** Empty where none is given: not every server asks for one. */
    readonly password: string;
    readonly host: string;
    readonly port: number;
    readonly dbname: string;
  };
  /** For messages: without user and password. */
  readonly shown: string;
  /** The variable that the password may come from. */
  readonly passwordFrom: string;
}

/** How the clients of an engine name things: its port, the variable of its password, and the parameters of TLS. */
interface Scheme {
  readonly engine: EngineName;
  readonly port: number;
  readonly passwordFrom: string;
  readonly tls: TlsWords;
}

interface TlsWords {
  readonly mode: string;
  readonly ca: string;
  /** Values of the mode: certificate and host name verified, and no TLS. */
  readonly verified: string;
  readonly off: string;
}

const postgres: Scheme = {
  engine: 'postgres',
  port: 5432,
  passwordFrom: 'PGPASSWORD',
  tls: { mode: 'sslmode', ca: 'sslrootcert', verified: 'verify-full', off: 'disable' },
};

const mysql: Scheme = {
  engine: 'mysql',
  port: 3306,
  passwordFrom: 'MYSQL_PWD',
  tls: { mode: 'ssl-mode', ca: 'ssl-ca', verified: 'VERIFY_IDENTITY', off: 'DISABLED' },
};

const sqlserver: Scheme = {
  engine: 'sqlserver',
  port: 1433,
  passwordFrom: 'SQLCMDPASSWORD',
  tls: { mode: 'encrypt', ca: 'certificate', verified: 'true', off: 'false' },
};

const schemes: Readonly<Record<string, Scheme>> = {
  'postgres:': postgres,
  'postgresql:': postgres,
  'mysql:': mysql,
  'mariadb:': mysql,
  'sqlserver:': sqlserver,
};

/** The name of targets made from a URL begins so; configured targets may not. */
export const urlTargetPrefix = 'url-';

/**
 * Reads `postgres://user:password@host:port/database?sslmode=verify-full&sslrootcert=ca.pem` or
 * `mysql://…?ssl-mode=VERIFY_IDENTITY&ssl-ca=ca.pem` (`mariadb://` is the same) or
 * `sqlserver://…?encrypt=true&certificate=ca.pem`. The password may come from PGPASSWORD, MYSQL_PWD or SQLCMDPASSWORD,
 * as for each one's own clients. TLS is verified, except on loopback addresses without a
 * mode. Throws InputError, which never repeats the URL: it may hold a password in an unexpected place.
 */
export function parseDatabaseUrl(text: string, environment: NodeJS.ProcessEnv): UrlTarget {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw bad('it is not a URL', form);
  }
  const known = schemes[url.protocol];
  if (known === undefined) {
    throw bad(
      `the scheme ${url.protocol.replace(':', '')} is not known`,
      Object.keys(schemes)
        .map((scheme) => `${scheme}//`)
        .join(' or '),
    );
  }
  // Behind the host they come from a user or password: what is left of it would pass for a host and a database.
  if (url.hash !== '' || /@/.test(url.pathname + url.search))
    throw bad('it holds a # or @ behind the host', form);
  const database = decode(url.pathname.replace(/^\//, ''), 'database');
  if (database === '') throw bad('it names no database', form);
  if (url.username === '') throw bad('it names no user', form);
  const host = url.hostname.replace(/^\[|\]$/g, '') || 'localhost';
  if (host.includes('%'))
    throw bad('it names no host that TCP reaches; sockets of the file system are not used', form);
  const port = url.port === '' ? known.port : Number(url.port);
  if (port === 0) throw bad('port 0 is none', 'a port from 1 to 65535');
  return {
    target: {
      name: targetName(database),
      engine: known.engine,
      secret: 'lockkeeper/database-url',
      host,
      port,
      database,
      ...tlsOf(url.searchParams, host, known.tls),
      restore: 'ask',
    },
    secret: {
      username: decode(url.username, 'user'),
      password: decode(url.password, 'password') || (environment[known.passwordFrom] ?? ''),
      host,
      port,
      dbname: database,
    },
    shown: `${url.protocol}//${url.hostname || host}:${port}/${database}`,
    passwordFrom: known.passwordFrom,
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
  'postgres://, mysql://, mariadb:// or sqlserver://user@host:port/database, with special characters of user and password as in %40 for @';

function decode(text: string, part: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw bad(`the ${part} holds a % that is no escape`, '%25 for a % that is meant');
  }
}

/** What it does not know is refused: a setting that is ignored silently could be one of safety. */
function tlsOf(parameters: URLSearchParams, host: string, words: TlsWords): Pick<Target, 'tls' | 'tlsCa'> {
  const unknown = [...parameters.keys()].filter((name) => name !== words.mode && name !== words.ca);
  if (unknown.length > 0) {
    const which =
      unknown.length === 1 ? `parameter ${unknown[0]} is` : `parameters ${unknown.join(', ')} are`;
    throw bad(`the ${which} not known`, `${words.mode} and ${words.ca} only`);
  }
  const file = parameters.get(words.ca);
  const asked = parameters.get(words.mode) ?? (file === null ? null : words.verified);
  const tls = tlsMode(asked, host, words);
  if (file === null) return { tls };
  if (tls === 'off') throw bad(`${words.ca} is of no use without TLS`, `${words.mode}=${words.verified}`);
  try {
    return { tls, tlsCa: readFileSync(file, 'utf8') };
  } catch (error) {
    throw bad(`${words.ca} ${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'error'}`);
  }
}

/** Weaker modes are not taken silently for strong ones. */
function tlsMode(asked: string | null, host: string, words: TlsWords): 'verify' | 'off' {
  if (asked === null) return isLoopback(host) ? 'off' : 'verify';
  if (asked === words.verified) return 'verify';
  if (asked !== words.off) {
    throw bad(
      `${words.mode}=${asked} does not verify the server`,
      `${words.mode}=${words.verified} (or none given)`,
    );
  }
  if (isLoopback(host)) return 'off';
  throw new FatalError(`${words.mode}=${words.off} is allowed for loopback addresses only`, {
    code: 'tls-required',
    remedy: `use ${words.mode}=${words.verified}`,
  });
}

const bad = (message: string, expected?: string): InputError =>
  new InputError('the database URL cannot be used', [
    { file: '--database-url', message, ...(expected === undefined ? {} : { expected }) },
  ]);
