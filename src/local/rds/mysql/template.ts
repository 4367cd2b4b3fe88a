import { chmod, chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type mysql from 'mysql2/promise';
import { type ServerAccount, serverAccount } from '../host/account.ts';
import { buildOnce, keptFolder } from '../host/cache.ts';
import { runCommand } from '../host/command.ts';
import { serverProcess } from '../host/process.ts';
import type { MysqlPrograms } from './programs.ts';
import { ADMIN_USER, MysqlServer } from './server.ts';

/** Grows with each change of what a template contains, so that old ones in the cache are not used. */
const REVISION = 1;

const building = new Map<string, Promise<void>>();

/** The data folder that new servers are copied from; made once a machine, user and version, in a few seconds. */
export async function templateFolder(programs: MysqlPrograms): Promise<string> {
  const account = serverAccount();
  const name = `template-${programs.kind}-${programs.version}-r${REVISION}`;
  const folder = join(keptFolder(account), name);
  const work = building.get(folder) ?? buildOnce(folder, (aside) => build(aside, programs, account));
  building.set(folder, work);
  try {
    await work;
  } catch (error) {
    building.delete(folder);
    throw error;
  }
  return join(folder, 'data');
}

async function build(
  aside: string,
  programs: MysqlPrograms,
  account: ServerAccount | undefined,
): Promise<void> {
  await chmod(aside, account ? 0o711 : 0o700);
  const data = join(aside, 'data');
  await mkdir(data, { mode: 0o700 });
  if (account) await chown(data, account.uid, account.gid);
  const running = serverProcess(account, programs.libraryPath);
  if (programs.installDb !== undefined) {
    await runCommand(
      programs.installDb,
      [
        '--no-defaults',
        ...programs.ownFiles,
        `--datadir=${data}`,
        '--auth-root-authentication-method=normal',
        '--skip-test-db',
        '--skip-name-resolve',
      ],
      running,
    );
  } else {
    await runCommand(
      programs.server,
      ['--no-defaults', ...programs.ownFiles, '--initialize-insecure', `--datadir=${data}`],
      running,
    );
  }
  const server = await MysqlServer.launch(programs, data, { durability: 'relaxed', admin: 'root' });
  try {
    await server.asAdmin(keepOneUser);
  } finally {
    await server.stop();
  }
}

/** All that can log in is the administrator, from this machine. */
async function keepOneUser(connection: mysql.Connection): Promise<void> {
  const [rows] = await connection.query<mysql.RowDataPacket[]>(
    "SELECT User, Host FROM mysql.user WHERE User = '' OR (User = 'root' AND Host <> 'localhost')",
  );
  for (const { User, Host } of rows) await connection.query('DROP USER ?@?', [User, Host]);
  await connection.query('RENAME USER root@localhost TO ?@localhost', [ADMIN_USER]);
}
