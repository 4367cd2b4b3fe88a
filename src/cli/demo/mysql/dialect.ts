import type { Dialect } from '../dialect.ts';
import { loadMysql } from './data.ts';
import { isRefusedLogin, openMysql, refusalOf } from './session.ts';
import { mysqlStatements } from './statements.ts';

const shared = {
  engine: 'mysql',
  migrations: 'mysql',
  statements: mysqlStatements,
  load: loadMysql,
  open: openMysql,
  isRefusedLogin,
  refusalOf,
} as const;

/** With the binary log on, who has no SUPER, as nobody has on RDS, may create triggers only under this setting. */
const parameters = { log_bin_trust_function_creators: '1' };

export const mariadbDialect: Dialect = {
  ...shared,
  title: 'MariaDB',
  firstTime: 'starting MariaDB; a machine without one fetches it the first time',
  rdsEngine: 'mariadb',
  serverSettings: { mariadb: parameters },
};

export const mysqlDialect: Dialect = {
  ...shared,
  title: 'MySQL',
  firstTime: 'starting MySQL; a machine without one fetches it the first time',
  rdsEngine: 'mysql',
  serverSettings: { mysql: parameters },
};
