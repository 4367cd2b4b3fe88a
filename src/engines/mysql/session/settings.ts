import type { SessionUse } from '../../sessions.ts';

/**
 * What statements mean and how values are written out, whatever the server or the user is set to. Strict: a value that
 * does not fit is an error, never cut. Zero dates are no error for a worker, which may have to walk along them.
 */
const modes: Readonly<Record<SessionUse, string>> = {
  ordinary: 'STRICT_TRANS_TABLES,STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
  worker: 'STRICT_TRANS_TABLES,STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
  detached:
    'STRICT_TRANS_TABLES,STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
};

/** Seconds; servers wait for locks in whole ones. Steps set their own. */
const limits: Readonly<
  Record<SessionUse, { readonly lock: number; readonly idle: number; readonly statement: number }>
> = {
  // The session that keeps other runners out may have nothing to say for days.
  ordinary: { lock: 5, idle: 31_536_000, statement: 600 },
  // A Lambda lives 15 minutes at most; the partition's lock of a frozen one must not live much longer.
  worker: { lock: 1, idle: 900, statement: 60 },
  detached: { lock: 5, idle: 60, statement: 0 },
};

/**
 * The statements that make a session ours. Comments that only one family of servers reads carry what only it knows:
 * `M!` is MariaDB's, and MariaDB passes over those of MySQL 5.7 and later.
 *
 * READ COMMITTED, because batches must not lock the gaps between their rows against the application's inserts; a
 * server that logs statements refuses writes under it and keeps its own level. Steps run under the server's own.
 */
export function sessionSettings(use: SessionUse): readonly string[] {
  const { lock, idle, statement } = limits[use];
  const isolation = '/*M! tx_isolation */ /*!50720 transaction_isolation */';
  return [
    'SET NAMES utf8mb4',
    `SET SESSION sql_mode = '${modes[use]}', time_zone = '+00:00', autocommit = 1, sql_safe_updates = 0,
  foreign_key_checks = 1, unique_checks = 1, group_concat_max_len = 16777216,
  innodb_lock_wait_timeout = ${lock}, lock_wait_timeout = ${lock}, wait_timeout = ${idle}`,
    `SET SESSION /*M! max_statement_time = ${statement} */ /*!50708 max_execution_time = ${statement * 1000} */`,
    ...(use === 'detached'
      ? []
      : [
          `SET SESSION ${isolation} = IF(@@global.binlog_format = 'STATEMENT', @@session.${isolation}, 'READ-COMMITTED')`,
        ]),
  ];
}

/** Sets how long the session waits for row and metadata locks: whole seconds, at least one, rounded up. */
export function lockTimeoutStatement(lockTimeoutMs: number): string {
  const seconds = Math.max(1, Math.ceil(lockTimeoutMs / 1000));
  return `SET SESSION lock_wait_timeout = ${seconds}, innodb_lock_wait_timeout = ${seconds}`;
}
