import { type ServerAccount, serverAccount } from '../host/account.ts';
import { findInstalled } from './installed.ts';
import { npmPackage } from './npm-package.ts';
import { debianPackages } from './packages.ts';

/** The two families of servers that speak MySQL's protocol. */
export type MysqlKind = 'mariadb' | 'mysql';

/** The programs of one server version, ready to run under the account. */
export interface MysqlPrograms {
  readonly kind: MysqlKind;
  /** e.g. `10.11.19` */
  readonly version: string;
  readonly server: string;
  /** How the server finds its own files. */
  readonly ownFiles: readonly string[];
  /** MariaDB's script that makes a data folder; MySQL's server does that itself. */
  readonly installDb: string | undefined;
  /** The program that copies a running server, where there is one. */
  readonly backup: string | undefined;
  /** Folder of shared libraries that the system lacks. */
  readonly libraryPath: string | undefined;
}

/** A server to look for. */
export interface Wanted {
  readonly kind: MysqlKind;
  readonly account: ServerAccount | undefined;
  accepts(version: string): boolean;
}

/** This machine has no such server and cannot get one; the message says why. */
export class NoServerError extends Error {
  override readonly name = 'NoServerError';
}

/** In this order: what is installed wins, and nothing is fetched for it. The answer may be the reason why not. */
const SOURCES: Readonly<
  Record<MysqlKind, readonly ((wanted: Wanted) => Promise<MysqlPrograms | { readonly lacking: string }>)[]>
> = {
  mariadb: [findInstalled, debianPackages],
  mysql: [findInstalled, npmPackage],
};

/** What is known to work: older servers lack a part of it, MySQL 9 has no `mysql_native_password`. */
const SUPPORTED: Readonly<Record<MysqlKind, RegExp>> = {
  mariadb: /^(10\.([5-9]|1\d)|1[1-9])\./,
  mysql: /^(5\.7|8\.\d)\./,
};

const NAMES: Readonly<Record<MysqlKind, string>> = { mariadb: 'MariaDB', mysql: 'MySQL' };

const located = new Map<string, Promise<MysqlPrograms>>();

/**
 * Finds or fetches the programs of a server, once a process.
 * @param series e.g. `5.7`; any supported version when omitted
 * @throws NoServerError
 */
export function locatePrograms(kind: MysqlKind, series?: string): Promise<MysqlPrograms> {
  const key = `${kind} ${series}`;
  const known = located.get(key) ?? locate(kind, series);
  located.set(key, known);
  known.catch(() => located.delete(key));
  return known;
}

async function locate(kind: MysqlKind, series: string | undefined): Promise<MysqlPrograms> {
  const wanted: Wanted = {
    kind,
    account: serverAccount(),
    accepts: (version) =>
      SUPPORTED[kind].test(version) && (series === undefined || version.startsWith(`${series}.`)),
  };
  const reasons: string[] = [];
  for (const source of SOURCES[kind]) {
    const found = await source(wanted);
    if ('server' in found) return found;
    reasons.push(found.lacking);
  }
  const name = series === undefined ? NAMES[kind] : `${NAMES[kind]} ${series}`;
  throw new NoServerError(`This machine has no ${name} server: ${reasons.join('; ')}.`);
}
