import { randomBytes } from 'node:crypto';
import mysql from 'mysql2/promise';
import type { TestContext } from 'vitest';
import { MysqlLauncher } from '../../src/local/rds/mysql/launcher.ts';
import { locatePrograms, NoServerError } from '../../src/local/rds/mysql/programs.ts';

/** The servers that tests know. MySQL 8 has no package to fetch: only a URL leads to it. */
export type MysqlTestKind = keyof typeof kinds;

const kinds = {
  mariadb: { variable: 'LOCKKEEPER_TEST_MARIADB_URL', launch: { kind: 'mariadb', series: '10.11' } },
  mysql57: { variable: 'LOCKKEEPER_TEST_MYSQL57_URL', launch: { kind: 'mysql', series: '5.7' } },
  mysql8: { variable: 'LOCKKEEPER_TEST_MYSQL_URL', launch: null },
} as const;

export interface TestMysql {
  readonly kind: MysqlTestKind;
  readonly host: string;
  readonly port: number;
  /** Has every right. */
  readonly user: string;
  readonly password: string;
  /** `mysql://user:password@host:port/database` */
  urlOf(database: string): string;
  /** Runs one statement outside any database; every value comes back as text or null. */
  query(sql: string, values?: readonly unknown[]): Promise<readonly Record<string, string | null>[]>;
  /** A fresh, empty database, dropped by `close`; a unique name unless one is given. */
  createDatabase(name?: string): Promise<{ readonly url: string; readonly name: string }>;
  /** Drops the databases; stops the server when it was started for this test. */
  close(): Promise<void>;
}

/** Why there is no such server here. */
export interface NoTestMysql {
  readonly reason: string;
}

let databases = 0;

/**
 * A real server: the one that the kind's environment variable leads to, as a user with all rights; else one of
 * its own, from a prepared data folder (fetched and prepared when a machine does it for the first time).
 * @param settings further settings of a server of its own, e.g. `{ 'log-bin-trust-function-creators': 'ON' }`
 */
export async function openMysqlServer(
  kind: MysqlTestKind,
  settings: Readonly<Record<string, string>> = {},
): Promise<TestMysql | NoTestMysql> {
  const { variable, launch } = kinds[kind];
  const url = process.env[variable];
  if (url !== undefined && url !== '') {
    const { hostname, port, username, password } = new URL(url);
    const login = {
      host: hostname,
      port: Number(port || 3306),
      user: decodeURIComponent(username),
      password: decodeURIComponent(password),
    };
    return connect(kind, login, async () => {});
  }
  if (launch === null) return { reason: `${variable} names no server` };
  let launcher: MysqlLauncher;
  try {
    launcher = await MysqlLauncher.open(launch.kind, launch.series);
  } catch (error) {
    if (error instanceof NoServerError) return { reason: error.message };
    throw error;
  }
  try {
    const login = { host: '127.0.0.1', user: 'test', password: randomBytes(12).toString('hex') };
    const server = await launcher.create({
      masterUsername: login.user,
      masterPassword: login.password,
      superuser: true,
      durability: 'relaxed',
      settings,
    });
    return await connect(kind, { ...login, port: server.port }, () => launcher.close());
  } catch (error) {
    await launcher.close();
    throw error;
  }
}

/** Why the local cloud has no such server on this machine; null where it has one. */
export async function reasonWithoutMysql(kind: 'mariadb' | 'mysql'): Promise<string | null> {
  try {
    await locatePrograms(kind);
    return null;
  } catch (error) {
    if (error instanceof NoServerError) return error.message;
    throw error;
  }
}

/** The server, or the end of this test as skipped, with the reason. */
export function present(opened: TestMysql | NoTestMysql, test: TestContext): TestMysql {
  return 'reason' in opened ? test.skip(opened.reason) : opened;
}

interface Login {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

async function connect(kind: MysqlTestKind, login: Login, stop: () => Promise<void>): Promise<TestMysql> {
  const connection = await mysql.createConnection({
    ...login,
    typeCast: (field) => field.string(),
  });
  connection.on('error', () => {});
  const created: string[] = [];
  const urlOf = (database: string) =>
    `mysql://${encodeURIComponent(login.user)}:${encodeURIComponent(login.password)}@${login.host}:${login.port}/${encodeURIComponent(database)}`;
  const query: TestMysql['query'] = async (sql, values = []) => {
    const [rows] = await connection.query(sql, [...values]);
    return Array.isArray(rows) ? (rows as Record<string, string | null>[]) : [];
  };
  return {
    kind,
    ...login,
    urlOf,
    query,
    async createDatabase(name = `test_${process.pid}_${++databases}`) {
      await query('CREATE DATABASE ??', [name]);
      created.push(name);
      return { url: urlOf(name), name };
    },
    async close() {
      for (const name of created) await query('DROP DATABASE IF EXISTS ??', [name]);
      await connection.end();
      await stop();
    },
  };
}
