import { randomBytes } from 'node:crypto';
import type { Login } from '../../../src/app/ports/engine.ts';
import { SqlServerDatabase } from '../../../src/engines/sqlserver/database.ts';
import { Client } from '../../../src/engines/sqlserver/session/client.ts';
import { Connection } from '../../../src/engines/sqlserver/session/connection.ts';
import type { NoServer } from '../../support/each-server.ts';
import { gapsOf } from '../sqlserver/gaps.ts';
import { Closers, connectionOf, type TestDatabase, type World } from './world.ts';

/** The server that LOCKKEEPER_TEST_MSSQL_URL names: `sqlserver://user:password@host:port/master`. */
export async function openSqlServerWorld(): Promise<World | NoServer> {
  const url = new URL(process.env.LOCKKEEPER_TEST_MSSQL_URL ?? '');
  const login: Login = {
    host: url.hostname,
    port: Number(url.port || 1433),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: 'master',
    tls: { mode: 'off' },
  };
  const [row] = await query(login, ['SELECT @@VERSION AS version']);
  const closers = new Closers();
  const made: string[] = [];
  return {
    gaps: gapsOf(row?.version ?? ''),
    async database() {
      const name = `lk_test_${randomBytes(5).toString('hex')}`;
      await query(login, [`CREATE DATABASE ${name}`]);
      made.push(name);
      await query({ ...login, database: name }, [sleepFunction]);
      return openDatabase({ ...login, database: name }, closers);
    },
    closeAll: () => closers.closeAll(),
    async stop() {
      await closers.closeAll();
      for (const name of made) await query(login, [`DROP DATABASE ${name}`]).catch(() => undefined);
    },
  };
}

/** The server has no function that sleeps, and WAITFOR is no expression. */
const sleepFunction = `CREATE FUNCTION dbo.lk_sleep(@seconds float) RETURNS int AS
BEGIN
  DECLARE @end datetime2(7) = DATEADD(millisecond, CONVERT(int, @seconds * 1000), SYSDATETIME());
  WHILE SYSDATETIME() < @end SET @seconds = @seconds;
  RETURN 0;
END`;

async function query<Row = Record<string, string | null>>(
  login: Login,
  statements: readonly string[],
): Promise<readonly Row[]> {
  const client = new Client(login, 'application', () => undefined);
  await client.connect();
  try {
    let rows: readonly unknown[] = [];
    for (const statement of statements) rows = await client.send(statement);
    return rows as readonly Row[];
  } finally {
    await client.end();
  }
}

function openDatabase(login: Login, closers: Closers): TestDatabase {
  return {
    query: (...statements) => query(login, statements),
    async client() {
      const client = new Client(login, 'application', () => undefined);
      await client.connect();
      const close = async () => client.destroy();
      closers.add(close);
      return { query: (sql) => client.send(sql), close };
    },
    async connect(options = {}) {
      const { tag, effects, clock, signal } = connectionOf(options);
      const connected = new SqlServerDatabase(await Connection.open(login, tag, signal, effects), clock);
      closers.add(() => connected.close());
      return connected;
    },
  };
}
