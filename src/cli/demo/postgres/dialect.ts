import type { Dialect } from '../dialect.ts';
import { loadPostgres } from './data.ts';
import { isRefusedLogin, openPostgres, refusalOf } from './session.ts';
import { postgresStatements } from './statements.ts';

export const postgresDialect: Dialect = {
  title: 'PostgreSQL',
  firstTime: null,
  engine: 'postgres',
  rdsEngine: 'postgres',
  migrations: 'postgres',
  serverSettings: {},
  statements: postgresStatements,
  load: loadPostgres,
  open: openPostgres,
  isRefusedLogin,
  refusalOf,
};
