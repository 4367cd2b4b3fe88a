import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { isReachable } from '../host/account.ts';
import { runCommand } from '../host/command.ts';
import { serverProcess } from '../host/process.ts';
import type { MysqlKind, MysqlPrograms, Wanted } from './programs.ts';

const NAMES: Readonly<Record<MysqlKind, readonly string[]>> = {
  mariadb: ['mariadbd', 'mysqld'],
  mysql: ['mysqld'],
};

/** Where servers are put that an ordinary user's PATH does not lead to. */
const USUAL_FOLDERS = [
  '/usr/sbin',
  '/usr/local/sbin',
  '/usr/libexec',
  '/usr/local/mysql/bin',
  '/opt/homebrew/bin',
  '/usr/local/bin',
];

/** A server that is installed on this machine. */
export async function findInstalled(wanted: Wanted): Promise<MysqlPrograms | { readonly lacking: string }> {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...USUAL_FOLDERS].filter(Boolean);
  const candidates = NAMES[wanted.kind].flatMap((name) => folders.map((folder) => join(folder, name)));
  const others: string[] = [];
  for (const path of new Set(candidates.filter((candidate) => existsSync(candidate)))) {
    const server = realpathSync(path);
    if (!isReachable(server, wanted.account)) continue;
    const found = await readVersion(server);
    if (found === null) continue;
    if (found.kind === wanted.kind && wanted.accepts(found.version)) return programsOf(server, found);
    others.push(`${path} is ${found.kind} ${found.version}`);
  }
  return { lacking: others[0] ?? `none of ${NAMES[wanted.kind].join(', ')} is on the PATH` };
}

/** What a server program says it is; null when it does not run, be it that a library is missing. */
export async function readVersion(
  server: string,
  libraryPath?: string,
): Promise<{ readonly kind: MysqlKind; readonly version: string } | null> {
  const text = await runCommand(
    server,
    ['--no-defaults', '--version'],
    serverProcess(undefined, libraryPath),
  ).catch(() => '');
  const version = /\bVer (\d+\.\d+\.\d+)/.exec(text)?.[1];
  if (version === undefined) return null;
  return { kind: /mariadb/i.test(text) ? 'mariadb' : 'mysql', version };
}

function programsOf(
  server: string,
  found: { readonly kind: MysqlKind; readonly version: string },
): MysqlPrograms {
  const base = dirname(dirname(server));
  const beside = (...names: string[]) =>
    names
      .flatMap((name) => ['bin', 'scripts', 'sbin'].map((folder) => join(base, folder, name)))
      .find((path) => existsSync(path));
  const isMaria = found.kind === 'mariadb';
  return {
    ...found,
    server,
    ownFiles: [`--basedir=${base}`],
    installDb: isMaria ? beside('mariadb-install-db', 'mysql_install_db') : undefined,
    backup: isMaria ? beside('mariadb-backup', 'mariabackup') : undefined,
    libraryPath: undefined,
  };
}
