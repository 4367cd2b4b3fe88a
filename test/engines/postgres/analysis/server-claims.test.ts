import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Statement } from '../../../../src/core/analysis/statement.ts';
import { analyze } from '../../../../src/engines/postgres/analysis/analyze.ts';
import { eventually } from '../../../support/eventually.ts';
import { startPostgres, type TestPostgres } from '../../../support/postgres.ts';
import { rememberRelations, strongestLock } from './read-locks.ts';

/** What the statements below find: every kind of object they change. */
const given = `
  CREATE SCHEMA archive;
  CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL);
  CREATE TABLE users (id int PRIMARY KEY, email text, age int DEFAULT 1, small varchar(10), CONSTRAINT age_positive CHECK (age > 0) NOT VALID);
  CREATE INDEX users_email ON users (email);
  CREATE UNIQUE INDEX users_age ON users (age);
  CREATE TABLE other (id int);
  CREATE TABLE measures (id int, at date) PARTITION BY RANGE (id);
  CREATE TABLE measures_1 PARTITION OF measures FOR VALUES FROM (0) TO (10);
  CREATE TABLE measures_2 (id int, at date);
  CREATE VIEW adults AS SELECT id, email, age FROM users WHERE age > 17;
  CREATE MATERIALIZED VIEW totals AS SELECT count(*) AS n FROM users;
  CREATE UNIQUE INDEX totals_n ON totals (n);
  CREATE SEQUENCE counter;
  CREATE TYPE mood AS ENUM ('sad');
  CREATE FUNCTION noop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE TRIGGER noop BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION noop();
  CREATE POLICY everyone ON users USING (true);`;

let server: TestPostgres;
let url: string;
let client: pg.Client;

beforeAll(async () => {
  server = await startPostgres();
  url = (await server.createDatabase()).url;
  client = await connect();
  await client.query(given);
});

afterAll(async () => {
  await client?.end();
  await server?.stop();
});

async function connect(): Promise<pg.Client> {
  const connection = new pg.Client({ connectionString: url });
  await connection.connect();
  return connection;
}

async function analyzeOne(text: string): Promise<Statement> {
  const [statement, more] = await analyze({ path: 'claim.sql', text });
  if (statement === undefined || more !== undefined) throw new Error(`not one statement: ${text}`);
  return statement;
}

const inTransactions = [
  'ALTER TABLE users ADD COLUMN verified boolean DEFAULT false',
  'ALTER TABLE users ADD COLUMN customer int REFERENCES customers (id)',
  'ALTER TABLE users DROP COLUMN small',
  'ALTER TABLE users ALTER COLUMN small TYPE text',
  'ALTER TABLE users ALTER COLUMN email SET NOT NULL',
  'ALTER TABLE customers ALTER COLUMN name DROP NOT NULL',
  'ALTER TABLE users ALTER COLUMN age SET DEFAULT 2',
  'ALTER TABLE users ALTER COLUMN email SET STATISTICS 10',
  'ALTER TABLE users ALTER COLUMN email SET STORAGE EXTERNAL',
  'ALTER TABLE users ALTER COLUMN email SET (n_distinct = 5)',
  'ALTER TABLE users ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY',
  'ALTER TABLE users ADD CONSTRAINT c CHECK (age < 200)',
  'ALTER TABLE users ADD CONSTRAINT c CHECK (age < 200) NOT VALID',
  'ALTER TABLE users ADD CONSTRAINT c NOT NULL email NOT VALID',
  'ALTER TABLE users ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES customers (id)',
  'ALTER TABLE users ADD CONSTRAINT u UNIQUE (email)',
  'ALTER TABLE users ADD CONSTRAINT u UNIQUE USING INDEX users_age',
  'ALTER TABLE users VALIDATE CONSTRAINT age_positive',
  'ALTER TABLE users DROP CONSTRAINT age_positive',
  'ALTER TABLE users RENAME COLUMN email TO mail',
  'ALTER TABLE users RENAME TO people',
  'ALTER TABLE users RENAME CONSTRAINT age_positive TO positive',
  'ALTER TABLE users SET (fillfactor = 70)',
  'ALTER TABLE users SET (autovacuum_enabled = false)',
  'ALTER TABLE users RESET (fillfactor)',
  'ALTER TABLE users SET UNLOGGED',
  'ALTER TABLE users SET SCHEMA archive',
  'ALTER TABLE users CLUSTER ON users_email',
  'ALTER TABLE users DISABLE TRIGGER noop',
  'ALTER TABLE users ENABLE ALWAYS TRIGGER noop',
  'ALTER TABLE users ENABLE ROW LEVEL SECURITY',
  'ALTER TABLE users REPLICA IDENTITY FULL',
  'ALTER TABLE users OWNER TO CURRENT_USER',
  'ALTER TABLE measures ATTACH PARTITION measures_2 FOR VALUES FROM (10) TO (20)',
  'ALTER TABLE measures DETACH PARTITION measures_1',
  'ALTER VIEW adults RENAME TO grown_ups',
  'ALTER VIEW adults SET (security_barrier = true)',
  'ALTER INDEX users_email RENAME TO users_mail',
  'ALTER SEQUENCE counter INCREMENT BY 2',
  `ALTER TYPE mood ADD VALUE 'glad'`,
  'CREATE INDEX more ON users (age)',
  'DROP INDEX users_email',
  'REINDEX TABLE users',
  'REINDEX INDEX users_email',
  'CREATE TABLE orders (customer int REFERENCES customers (id))',
  'CREATE TABLE measures_3 PARTITION OF measures FOR VALUES FROM (20) TO (30)',
  'CREATE TABLE heirs () INHERITS (users)',
  'CREATE TABLE copied AS SELECT * FROM users',
  'CREATE MATERIALIZED VIEW names AS SELECT name FROM customers',
  'REFRESH MATERIALIZED VIEW totals',
  'REFRESH MATERIALIZED VIEW CONCURRENTLY totals',
  'CREATE OR REPLACE VIEW adults AS SELECT id, email, age FROM users WHERE age > 20',
  'CREATE TRIGGER second AFTER UPDATE ON users FOR EACH ROW EXECUTE FUNCTION noop()',
  'CREATE RULE nothing AS ON DELETE TO users DO INSTEAD NOTHING',
  'CREATE POLICY nobody ON users USING (false)',
  'ALTER POLICY everyone ON users USING (false)',
  'CREATE STATISTICS related ON email, age FROM users',
  'CREATE PUBLICATION feed FOR TABLE users',
  'DROP TABLE other',
  'DROP VIEW adults',
  'DROP MATERIALIZED VIEW totals',
  'DROP TRIGGER noop ON users',
  'DROP POLICY everyone ON users',
  'DROP SEQUENCE counter',
  'DROP FUNCTION noop() CASCADE',
  'TRUNCATE users',
  `INSERT INTO users VALUES (1, 'a')`,
  'INSERT INTO other SELECT id FROM customers',
  'UPDATE users SET age = 3 FROM customers WHERE users.id = customers.id',
  'DELETE FROM users',
  'MERGE INTO users USING customers ON users.id = customers.id WHEN MATCHED THEN DELETE',
  'WITH gone AS (DELETE FROM other RETURNING id) SELECT count(*) FROM gone JOIN customers USING (id)',
  'SELECT count(*) FROM users',
  'SELECT id FROM users FOR UPDATE',
  'LOCK TABLE users IN SHARE MODE',
  'ANALYZE users',
  'CLUSTER users USING users_email',
  `COMMENT ON COLUMN users.email IS 'where to write'`,
  'GRANT SELECT ON users TO PUBLIC',
  'SET LOCAL search_path = public',
  'CREATE SCHEMA app',
  'CREATE EXTENSION pgcrypto',
  `COPY users TO PROGRAM 'cat > /dev/null'`,
];

/** Statements whose lock on a table the server takes though their text does not name it, or the other way round. */
const lockNotTold = new Set(['DROP FUNCTION noop() CASCADE', 'ALTER INDEX users_email RENAME TO users_mail']);

describe('what is said of a statement holds on a real server', () => {
  beforeAll(async () => {
    await rememberRelations(client);
  });

  it.each(inTransactions)('%s', async (sql) => {
    const claim = await analyzeOne(sql);
    expect(claim.transactional).toBe(true);
    await client.query('BEGIN');
    try {
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      await client.query(claim.text);
      if (lockNotTold.has(sql)) return;
      const actual = await strongestLock(client, rows[0]?.pid ?? 0);
      const told = claim.lock?.tables.length === 0 ? { mode: claim.lock.mode } : claim.lock;
      if (told === null) expect(['ROW EXCLUSIVE', 'ACCESS SHARE', undefined]).toContain(actual?.mode);
      else
        expect(actual).toMatchObject(
          'tables' in told ? { mode: told.mode, tables: [...told.tables].sort() } : told,
        );
    } finally {
      await client.query('ROLLBACK');
    }
  });

  it.each([
    'CREATE INDEX CONCURRENTLY more ON users (age)',
    'DROP INDEX CONCURRENTLY users_email',
    'REINDEX TABLE CONCURRENTLY users',
    'REINDEX INDEX CONCURRENTLY users_email',
    'REINDEX SCHEMA public',
    'ALTER TABLE measures DETACH PARTITION measures_1 CONCURRENTLY',
    'VACUUM users',
    'VACUUM FULL users',
    'CLUSTER',
    'CREATE DATABASE another',
    'DROP DATABASE another',
    `CREATE TABLESPACE fast LOCATION '/tmp/nowhere'`,
    'DROP TABLESPACE fast',
    `ALTER SYSTEM SET work_mem = '4MB'`,
    'DISCARD ALL',
    `CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1 port=1' PUBLICATION p`,
  ])('the server refuses inside a transaction, as said: %s', async (sql) => {
    const claim = await analyzeOne(sql);
    expect(claim.transactional).toBe(false);
    await client.query('BEGIN');
    try {
      await expect(client.query(claim.text)).rejects.toMatchObject({ code: '25001' });
    } finally {
      await client.query('ROLLBACK');
    }
  });

  it.each([
    ['VACUUM users', 'users'],
    ['VACUUM FULL users', 'users'],
    ['REINDEX INDEX CONCURRENTLY users_email', 'users'],
    ['ALTER TABLE measures DETACH PARTITION measures_1 CONCURRENTLY', 'measures'],
  ])('asks for the lock that was told, outside transactions: %s', async (sql, table) => {
    const claim = await analyzeOne(sql);
    const worker = await connect();
    const watcher = await connect();
    // Every lock that is told outside transactions conflicts with this one.
    await client.query(`BEGIN; LOCK TABLE ${table} IN SHARE MODE`);
    try {
      const { rows } = await worker.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      const working = worker.query(claim.text);
      working.catch(() => undefined);
      await eventually(async () => {
        expect((await strongestLock(watcher, rows[0]?.pid ?? 0, 'asked for'))?.mode).toBe(claim.lock?.mode);
      });
      await watcher.query('SELECT pg_cancel_backend($1)', [rows[0]?.pid]);
      await working.catch(() => undefined);
    } finally {
      await client.query('ROLLBACK');
      await worker.end();
      await watcher.end();
    }
  });

  it.each([
    'CREATE INDEX CONCURRENTLY more ON users (age)',
    'REINDEX TABLE CONCURRENTLY users',
    'DROP INDEX CONCURRENTLY users_email',
  ])('holds the lock that was told while it waits for others: %s', async (sql) => {
    const claim = await analyzeOne(sql);
    const builder = await connect();
    await client.query('BEGIN');
    await client.query('UPDATE users SET age = age');
    const watcher = await connect();
    try {
      const { rows } = await builder.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      const pid = rows[0]?.pid ?? 0;
      const building = builder.query(claim.text);
      building.catch(() => undefined);
      await eventually(async () => {
        expect((await strongestLock(watcher, pid))?.mode).toBe(claim.lock?.mode);
      });
      await client.query('ROLLBACK');
      await building;
    } finally {
      await client.query('ROLLBACK');
      await builder.end();
      await watcher.end();
    }
  });
});
