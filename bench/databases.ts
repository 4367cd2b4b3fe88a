import mysql from 'mysql2/promise';
import pg from 'pg';
import type { EngineName } from '../src/core/ids.ts';
import type { RdsEngine } from '../src/local/rds/engines.ts';

export interface BenchLogin {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

export interface BenchClient {
  query(sql: string): Promise<readonly Record<string, unknown>[]>;
  end(): Promise<void>;
}

/** What differs between the servers that a benchmark may be run on. */
export interface BenchDatabase {
  readonly engine: EngineName;
  readonly rdsEngine: RdsEngine;
  /** What RDS sets on an instance of this size; a checkpoint every few seconds would be measured instead of us. */
  readonly settings: Readonly<Record<string, string>>;
  /** The parts of the benchmark that it can measure. */
  readonly parts: readonly string[];
  /** Answers one row with one `version`. */
  readonly version: string;
  open(login: BenchLogin): Promise<BenchClient>;
  /** A narrow table of so many rows with two indexes, freshly packed, and nothing of earlier rounds. */
  tableOf(rows: number): readonly string[];
  /** An empty table with the columns and indexes of another. */
  tableLike(name: string, other: string): string;
}

const postgres: BenchDatabase = {
  engine: 'postgres',
  rdsEngine: 'postgres',
  settings: { shared_buffers: '1GB', max_wal_size: '8GB', checkpoint_timeout: '30min' },
  parts: ['speed', 'growth', 'writers', 'replacement'],
  version: `SELECT current_setting('server_version') AS version`,
  async open(login) {
    const client = new pg.Client({ ...login });
    await client.connect();
    return { query: async (sql) => (await client.query(sql)).rows, end: () => client.end() };
  },
  tableOf: (rows) => [
    'DROP TABLE IF EXISTS accounts',
    'DROP SCHEMA IF EXISTS lockkeeper CASCADE',
    `CREATE TABLE accounts AS
    SELECT g::bigint AS id, 'user' || g || '@example.com' AS email, g % 3 = 0 AS pending, NULL::boolean AS verified
    FROM generate_series(1, ${rows}) g`,
    'ALTER TABLE accounts ADD PRIMARY KEY (id)',
    'CREATE INDEX accounts_email ON accounts (email)',
    'VACUUM (ANALYZE, FREEZE) accounts',
    'CHECKPOINT',
  ],
  tableLike: (name, other) => `CREATE TABLE ${name} (LIKE ${other} INCLUDING ALL)`,
};

const mariadb: BenchDatabase = {
  engine: 'mysql',
  rdsEngine: 'mariadb',
  settings: {
    innodb_buffer_pool_size: '1G',
    innodb_log_file_size: '2G',
    log_bin_trust_function_creators: '1',
    // Off on RDS for MariaDB unless somebody asks for it; where it is on, each call of a trigger costs more.
    performance_schema: 'OFF',
  },
  parts: ['speed', 'growth'],
  version: 'SELECT VERSION() AS version',
  async open(login) {
    const connection = await mysql.createConnection({ ...login });
    return {
      async query(sql) {
        const [rows] = await connection.query(sql);
        return Array.isArray(rows) ? (rows as Record<string, unknown>[]) : [];
      },
      end: () => connection.end(),
    };
  },
  // What Lockkeeper keeps of earlier rounds is in the same database.
  tableOf: (rows) => [
    'DROP DATABASE bench',
    'CREATE DATABASE bench',
    'USE bench',
    `CREATE TABLE accounts (
       id bigint PRIMARY KEY, email varchar(64), pending boolean, verified boolean, KEY accounts_email (email)
     ) CHARACTER SET utf8mb4`,
    `INSERT INTO accounts (id, email, pending)
     SELECT seq, CONCAT('user', seq, '@example.com'), seq % 3 = 0 FROM seq_1_to_${rows}`,
    'ANALYZE TABLE accounts',
  ],
  tableLike: (name, other) => `CREATE TABLE ${name} LIKE ${other}`,
};

export const benchDatabases = { postgres, mariadb } as const;
