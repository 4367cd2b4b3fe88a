import { spawn } from 'node:child_process';
import { appendFile, chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ServerAccount, serverAccount } from '../host/account.ts';
import { buildOnce, keptFolder } from '../host/cache.ts';
import { serverProcess } from '../host/process.ts';
import { locateBinaries, type PostgresBinaries } from './binaries.ts';
import { ADMIN_USER, PostgresServer } from './server.ts';

/** Grows with each change of what a template contains, so that old ones in the cache are not used. */
const REVISION = 1;

/** The superuser enters through a socket in a folder of its own; everybody else needs a password. */
const HBA = `local all ${ADMIN_USER} trust
host all all 127.0.0.1/32 scram-sha-256
host replication all 127.0.0.1/32 scram-sha-256
`;

const SETTINGS = `
max_connections = 200
password_encryption = 'scram-sha-256'
timezone = 'UTC'
log_timezone = 'UTC'
`;

/** What RDS gives its master user in place of superuser rights. */
const ROLES = `
CREATE ROLE rds_superuser NOLOGIN CREATEDB CREATEROLE;
GRANT pg_monitor, pg_signal_backend, pg_checkpoint, pg_read_all_data, pg_write_all_data, pg_maintain,
  pg_create_subscription TO rds_superuser WITH ADMIN OPTION;
GRANT SET ON PARAMETER session_replication_role TO rds_superuser WITH GRANT OPTION;
`;

const building = new Map<string, Promise<void>>();

/**
 * The data folder that new servers are copied from; made once a machine, user and version, in a few seconds.
 * UTF-8 with the ICU collation `en-US`, as close to the `en_US.UTF-8` of RDS as the packaged programs come.
 */
export async function templateFolder(): Promise<string> {
  const account = serverAccount();
  const binaries = await locateBinaries(account);
  const folder = join(keptFolder(account), `template-${binaries.packageVersion}-r${REVISION}`);
  const work = building.get(folder) ?? buildOnce(folder, (aside) => build(aside, binaries, account));
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
  binaries: PostgresBinaries,
  account: ServerAccount | undefined,
): Promise<void> {
  await chmod(aside, account ? 0o711 : 0o700);
  const data = join(aside, 'data');
  await mkdir(data, { mode: 0o700 });
  if (account) await chown(data, account.uid, account.gid);
  await initdb(data, binaries, account);
  await writeFile(join(data, 'pg_hba.conf'), HBA);
  await appendFile(join(data, 'postgresql.conf'), SETTINGS);
  const server = await PostgresServer.launch(data, { durability: 'relaxed' });
  try {
    await server.asAdmin((client) => client.query(ROLES));
  } finally {
    await server.stop();
  }
}

async function initdb(
  data: string,
  binaries: PostgresBinaries,
  account: ServerAccount | undefined,
): Promise<void> {
  const args = [
    ['-D', data],
    ['-U', ADMIN_USER],
    ['-E', 'UTF8'],
    ['--locale-provider=icu', '--icu-locale=en-US', '--locale=C'],
    ['--auth=trust', '--no-sync', '--no-instructions'],
  ].flat();
  const child = spawn(binaries.initdb, args, {
    ...serverProcess(account),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`initdb ended with ${code}: ${complaint.trim()}`));
    });
  });
}
