import type { Dialect } from './dialect.ts';
import type { DemoEngine } from './engines.ts';
import { mariadbDialect, mysqlDialect } from './mysql/dialect.ts';
import { postgresDialect } from './postgres/dialect.ts';

export const dialects: Readonly<Record<DemoEngine, Dialect>> = {
  postgres: postgresDialect,
  mariadb: mariadbDialect,
  mysql: mysqlDialect,
};
