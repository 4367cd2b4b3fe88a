import mysql from 'mysql2/promise';
import type { Login } from '../../../src/app/ports/engine.ts';
import { MySqlDatabase } from '../../../src/engines/mysql/database.ts';
import { Connection } from '../../../src/engines/mysql/session/connection.ts';
import type { NoServer } from '../../support/each-server.ts';
import { type MysqlTestKind, openMysqlServer, type TestMysql } from '../../support/mysql.ts';
import { Closers, connectionOf, type TestDatabase, type World } from './world.ts';

export async function openMysqlWorld(kind: MysqlTestKind): Promise<World | NoServer> {
  const server = await openMysqlServer(kind);
  if ('reason' in server) return server;
  const closers = new Closers();
  return {
    database: async () => openDatabase(server, (await server.createDatabase()).name, closers),
    closeAll: () => closers.closeAll(),
    stop: async () => {
      await closers.closeAll();
      await server.close();
    },
  };
}

function openDatabase(server: TestMysql, database: string, closers: Closers): TestDatabase {
  const { host, port, user, password } = server;
  const login: Login = { host, port, user, password, database, tls: { mode: 'off' } };
  const open = async () => {
    const client = await mysql.createConnection({
      host,
      port,
      user,
      password,
      database,
      typeCast: (field) => field.string(),
    });
    client.on('error', () => undefined);
    return client;
  };
  return {
    async query<Row>(...statements: readonly string[]) {
      const client = await open();
      let rows: unknown = [];
      try {
        for (const statement of statements) [rows] = await client.query(statement);
      } finally {
        await client.end();
      }
      return (Array.isArray(rows) ? rows : []) as readonly Row[];
    },
    async client() {
      const client = await open();
      const close = async () => client.destroy();
      closers.add(close);
      return { query: (sql) => client.query(sql), close };
    },
    async connect(options = {}) {
      const { tag, effects, clock, signal } = connectionOf(options);
      const connected = new MySqlDatabase(await Connection.open(login, tag, signal, effects), clock);
      closers.add(() => connected.close());
      return connected;
    },
  };
}
