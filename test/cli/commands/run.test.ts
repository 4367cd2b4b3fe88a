import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgres, type TestPostgres } from '../../support/postgres.ts';

const program = join(import.meta.dirname, '../../../bin/lockkeeper.js');

let server: TestPostgres;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockkeeper-run-'));
  server = await startPostgres();
});

afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs a folder of files on a fresh database with a table `users`, and asks it something afterwards. */
async function lockkeeperRun(files: Readonly<Record<string, string>>, schema = '') {
  const { url, name } = await server.createDatabase();
  const migrations = join(folder, name, 'migrations');
  await mkdir(migrations, { recursive: true });
  for (const [path, text] of Object.entries(files)) await writeFile(join(migrations, path), text);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const ask = async (sql: string) => (await client.query(sql)).rows;
  try {
    await client.query(`CREATE TABLE users (id int PRIMARY KEY, email text); ${schema}`);
    const ended = await new Promise<{ code: number | string | null; output: string }>((resolve) => {
      execFile(
        process.execPath,
        [program, 'run', '--database-url', url, '--migrations', migrations, '--state', join(folder, name)],
        { timeout: 50_000 },
        (error, stdout, stderr) => resolve({ code: error?.code ?? 0, output: stdout + stderr }),
      );
    });
    return {
      ...ended,
      users: (await ask('SELECT * FROM users ORDER BY id')) as Record<string, unknown>[],
      ledger: (await ask(`SELECT to_regnamespace('lockkeeper') IS NOT NULL AS there`))[0]?.there as boolean,
    };
  } finally {
    await client.end();
  }
}

describe('a migration that names what is not there', () => {
  it.each([
    [
      'table',
      'SELECT 1;\nALTER TABLE user_s ADD COLUMN a int;\n',
      /V1__x\.sql:2:1: there is no table user_s .*did you mean users/,
    ],
    [
      'column',
      'ALTER TABLE users\n  ALTER COLUMN e_mail SET NOT NULL;\n',
      /V1__x\.sql:1:1: table users has no column e_mail; did you mean email/,
    ],
  ])('is refused before anything is installed: a %s', async (_what, text, expected) => {
    const { code, output, ledger } = await lockkeeperRun({ 'V1__x.sql': text });
    expect(output.replaceAll(/\s+/g, ' ')).toMatch(expected);
    expect(code, output).toBe(2);
    expect(ledger).toBe(false);
  });
});

describe('ADD COLUMN IF NOT EXISTS in a migration that fails after it', () => {
  const up = `
ALTER TABLE users ADD COLUMN IF NOT EXISTS nickname text;
ALTER TABLE users ADD CONSTRAINT positive CHECK (id > 0) NOT VALID;
ALTER TABLE users VALIDATE CONSTRAINT positive;
`;
  const dropColumn = 'ALTER TABLE users DROP COLUMN nickname;\n';
  const dropBoth = `ALTER TABLE users DROP CONSTRAINT positive;\n${dropColumn}`;
  const row = `INSERT INTO users (id, email) VALUES (-1, 'a@b');`;
  const existing = `${row} ALTER TABLE users ADD COLUMN nickname text; UPDATE users SET nickname = 'Ann'`;

  it.each([
    [
      'keeps a column that was there, whose loss nothing could make good',
      existing,
      dropColumn,
      3,
      'NEEDS_ATTENTION',
      { nickname: 'Ann' },
    ],
    [
      'keeps a column that was there, and undoes the rest',
      existing,
      dropBoth,
      1,
      'ROLLED_BACK',
      { nickname: 'Ann' },
    ],
    ['drops the column that it has added itself', row, dropBoth, 1, 'ROLLED_BACK', {}],
  ])('%s', async (_name, schema, down, code, verdict, rest) => {
    const ended = await lockkeeperRun({ 'V1__nick.sql': up, 'U1__nick.sql': down }, schema);
    expect(ended.users).toEqual([{ id: -1, email: 'a@b', ...rest }]);
    expect(ended.output).toContain(verdict);
    expect(ended.code, ended.output).toBe(code);
  });
});
