import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { buildOnce, keptFolder } from '../host/cache.ts';
import { runCommand } from '../host/command.ts';
import { readVersion } from './installed.ts';
import type { MysqlPrograms, Wanted } from './programs.ts';

const PACKAGES = ['mariadb-server-core', 'mariadb-client-core', 'mariadb-backup'];
const PREFIX = 'mariadb-packages-';

/**
 * The distribution's own MariaDB, unpacked into the scratch folder without installing it: `apt-get download`
 * and `dpkg -x` need no rights. Done once for a version.
 */
export async function debianPackages(wanted: Wanted): Promise<MysqlPrograms | { readonly lacking: string }> {
  const scratch = keptFolder(wanted.account);
  const names = (await readdir(scratch)).filter((name) => /^mariadb-packages-\d+\.\d+\.\d+$/.test(name));
  for (const name of names.toSorted().reverse()) {
    const version = name.slice(PREFIX.length);
    if (wanted.accepts(version)) return unpacked(join(scratch, name), version);
  }
  try {
    const packages = await missingPackages(PACKAGES);
    const core = packages.find(({ name }) => name === PACKAGES[0]);
    if (core === undefined) return { lacking: `apt-get does not offer ${PACKAGES[0]}` };
    if (!wanted.accepts(core.version)) return { lacking: `apt-get offers MariaDB ${core.version} only` };
    const folder = join(scratch, `${PREFIX}${core.version}`);
    await buildOnce(folder, (aside) =>
      unpack(
        packages.map(({ name }) => name),
        aside,
      ),
    );
    return unpacked(folder, core.version);
  } catch (error) {
    return {
      lacking: `its packages cannot be fetched (${firstLine(error)})`,
    };
  }
}

/**
 * Downloads packages and unpacks them below `folder`, which everyone may enter afterwards.
 * @throws Error when `apt-get` or `dpkg` is missing or fails
 */
export async function unpack(packages: readonly string[], folder: string): Promise<void> {
  const archives = join(folder, 'archives');
  await mkdir(archives, { recursive: true });
  await runCommand('apt-get', ['download', ...packages], { cwd: archives });
  for (const archive of await readdir(archives)) {
    await runCommand('dpkg', ['-x', join(archives, archive), folder]);
  }
  await rm(archives, { recursive: true });
  await chmod(folder, 0o755);
}

/** Where the libraries of unpacked packages are, for one of this machine's architectures. */
export async function librariesBelow(folder: string): Promise<string | undefined> {
  const lib = join(folder, 'usr/lib');
  if (!existsSync(lib)) return undefined;
  const triplet = (await readdir(lib)).find((name) => name.includes('-linux-gnu'));
  return triplet === undefined ? undefined : join(lib, triplet);
}

/** The packages and what they need beside what is installed, by apt's own reckoning. */
async function missingPackages(
  packages: readonly string[],
): Promise<{ readonly name: string; readonly version: string }[]> {
  const plan = await runCommand('apt-get', ['install', '--simulate', '--no-install-recommends', ...packages]);
  return [...plan.matchAll(/^Inst (\S+) .*?\((?:\d+:)?(\d+(?:\.\d+)*)/gm)].map(
    ([, name = '', version = '']) => ({ name, version }),
  );
}

async function unpacked(
  folder: string,
  version: string,
): Promise<MysqlPrograms | { readonly lacking: string }> {
  const usr = join(folder, 'usr');
  const server = join(usr, 'sbin', 'mariadbd');
  const libraryPath = await librariesBelow(folder);
  if ((await readVersion(server, libraryPath)) === null) {
    return { lacking: `the unpacked server in ${folder} does not run (remove the folder to try again)` };
  }
  return {
    kind: 'mariadb',
    version,
    server,
    ownFiles: [`--basedir=${usr}`],
    installDb: join(usr, 'bin', 'mariadb-install-db'),
    backup: join(usr, 'bin', 'mariadb-backup'),
    libraryPath,
  };
}

export const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
