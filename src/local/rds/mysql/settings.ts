import { join } from 'node:path';
import type { LaunchOptions } from '../database-server.ts';
import type { MysqlPrograms } from './programs.ts';

/** Begins the names of the binary log's files in a data folder. */
const BINARY_LOG = 'binlog';

export interface Place {
  readonly dataDir: string;
  /** A folder that only the server's account and we can enter. */
  readonly socketDir: string;
  readonly port: number;
}

/** As large as the demo's tables; taken from the system as it fills. */
const BUFFER_POOL = '256M';

export const socketIn = (socketDir: string): string => join(socketDir, 'm');

/** The arguments of a server: what RDS sets in its default parameter groups as far as behaviour depends on it. */
export function serverArguments(programs: MysqlPrograms, at: Place, options: LaunchOptions): string[] {
  const settings: Record<string, string> = {
    datadir: at.dataDir,
    port: String(at.port),
    'bind-address': '127.0.0.1',
    socket: socketIn(at.socketDir),
    'pid-file': join(at.socketDir, 'pid'),
    tmpdir: at.socketDir,
    'secure-file-priv': '',
    // With it the administrator, who has no password, can enter through the socket only: 127.0.0.1 is not localhost.
    'skip-name-resolve': 'ON',
    'character-set-server': 'utf8mb4',
    'default-time-zone': '+00:00',
    'server-id': '1',
    'log-bin': join(at.dataDir, BINARY_LOG),
    'binlog-format': 'ROW',
    'explicit-defaults-for-timestamp': 'ON',
    'performance-schema': 'ON',
    'event-scheduler': 'ON',
    'max-connections': '200',
    'innodb-buffer-pool-size': BUFFER_POOL,
    ...durability(options),
    // Writes that the kernel does on its own would go on in a server that is frozen for its snapshot.
    ...(programs.backup === undefined ? { 'innodb-use-native-aio': 'OFF' } : {}),
    ...ofVersion(programs),
    ...options.settings,
  };
  return [
    '--no-defaults',
    ...programs.ownFiles,
    ...Object.entries(settings).map(([name, value]) => `--${name}=${value}`),
  ];
}

function durability(options: LaunchOptions): Record<string, string> {
  return options.durability === 'relaxed'
    ? { 'innodb-flush-log-at-trx-commit': '2', 'sync-binlog': '0', 'innodb-flush-method': 'nosync' }
    : { 'innodb-flush-log-at-trx-commit': '1', 'sync-binlog': '1' };
}

/** The master user has `mysql_native_password`, which MySQL 8.4 no longer loads by itself. */
function ofVersion({ kind, version }: MysqlPrograms): Record<string, string> {
  return kind === 'mysql' && version.startsWith('8.4.') ? { 'mysql-native-password': 'ON' } : {};
}

/**
 * Files that a copy must not have: the index of the binary log names the files of the first server by their
 * full paths, and two servers would share an identity.
 */
export const isOfOneServer = (path: string): boolean =>
  path.startsWith(`${BINARY_LOG}.`) || path === 'auto.cnf';
