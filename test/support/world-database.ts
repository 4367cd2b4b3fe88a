import mysql from 'mysql2/promise';
import pg from 'pg';
import type { EngineName } from '../../src/core/ids.ts';
import type { RdsEngine } from '../../src/local/rds/engines.ts';

/** A connection past lockkeeper, as the application would have one. */
export interface WorldClient {
  query<Row>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  end(): Promise<void>;
}

export interface WorldLogin {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** What a world's database is, and how a test talks to it. */
export interface WorldDatabase {
  readonly engine: EngineName;
  readonly rdsEngine: RdsEngine;
  readonly settings: Readonly<Record<string, string>>;
  open(login: WorldLogin): Promise<WorldClient>;
  /** Removes everything that anybody has made in the database. */
  empty(client: WorldClient, database: string): Promise<void>;
}

export const postgresDatabase: WorldDatabase = {
  engine: 'postgres',
  rdsEngine: 'postgres',
  // A short log to copy into each snapshot.
  settings: { min_wal_size: '32MB', max_wal_size: '64MB' },
  async open(login) {
    const client = new pg.Client({ ...login, application_name: 'the application' });
    client.on('error', () => undefined);
    await client.connect();
    return {
      query: async <Row>(sql: string, values: readonly unknown[] = []) =>
        (await client.query(sql, [...values])).rows as Row[],
      end: () => client.end(),
    };
  },
  async empty(client) {
    await client.query('DROP OWNED BY CURRENT_USER CASCADE');
  },
};

export const mysqlDatabase = (rdsEngine: 'mariadb' | 'mysql'): WorldDatabase => ({
  engine: 'mysql',
  rdsEngine,
  // Triggers beside a binary log, without SUPER; short logs to copy into each snapshot.
  settings: { log_bin_trust_function_creators: '1', innodb_log_file_size: '8M' },
  async open(login) {
    const connection = await mysql.createConnection({
      ...login,
      multipleStatements: true,
      typeCast: (field) => field.string(),
    });
    connection.on('error', () => undefined);
    return {
      async query<Row>(sql: string, values: readonly unknown[] = []) {
        const [rows] = await connection.query(sql, [...values]);
        return (Array.isArray(rows) ? rows : []) as Row[];
      },
      end: () => connection.end(),
    };
  },
  async empty(client, database) {
    await client.query(`DROP DATABASE ${database}; CREATE DATABASE ${database}; USE ${database}`);
  },
});
