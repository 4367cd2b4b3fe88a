import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Place, type Server, startServer } from './command-line.ts';

let server: Server;
let place: Place;

const index = 'CREATE INDEX users_a ON users (a);\n';

beforeAll(async () => {
  server = await startServer();
  place = await server.place();
  await place.write({
    'clean/V1__a.sql': 'ALTER TABLE users ADD COLUMN a bigint;\n',
    'hurts/V1__a.sql': `-- Looked up by a.\n${index}`,
    'hurts/V2__b.sql': 'ALTER TABLE users ADD COLUMN e jsonb; -- lockkeeper:ignore json-column: is none\n',
    'plain/first.sql': index,
    'plain/deeper/second.sql': 'SELEC 1;\n',
    'gated/V1__a.yaml':
      'expand: [ALTER TABLE users ADD COLUMN c bigint]\ncontract: { after: deployment, sql: [ALTER TABLE users DROP COLUMN a] }\nrollback: { policy: restore }\n',
    'broken/V1__a.yaml': 'expand: [\n',
    'two/V1__a.sql': 'SELECT 1;\n',
    'two/1_a.up.sql': 'SELECT 1;\n',
  });
  await place.query('CREATE TABLE users (a bigint)');
});
afterAll(() => server?.stop());

describe('lint', () => {
  it('shows what it finds, with the line, and ends with 1', async () => {
    const { code, stdout } = await place.lockkeeper('lint', 'hurts');
    expect(code).toBe(1);
    expect(stdout).toContain('warning index-not-concurrent hurts/V1__a.sql:2:1\n');
    expect(stdout).toContain('  2 | CREATE INDEX users_a ON users (a);\n    | ^^^');
    expect(stdout).toContain('warning unused-silence hurts/V2__b.sql:1:39\n');
    expect(stdout).toContain('2 files, 2 statements: 2 warnings\n');
  });

  it('says as whose SQL it has read what has no meaning', async () => {
    const { stdout } = await place.lockkeeper('lint', 'plain');
    expect(stdout).toContain('Read as the SQL of postgres; for that of another server: --engine\n');
  });

  it.each([
    ['nothing found', ['clean'], 0],
    ['findings below --fail-on', ['hurts', '--fail-on', 'danger'], 0],
    ['what is destroyed behind a gate', ['gated'], 0],
    ['a file by itself', ['plain/first.sql'], 1],
    ['a folder that is not there', ['nowhere'], 2],
    ['a manifest that cannot be read', ['broken'], 2],
    ['a folder of two conventions', ['two'], 2],
    ['the same, told apart', ['two', '--read-as', 'flyway'], 0],
    ['an option that is none', ['clean', '--fail-on', 'everything'], 2],
    ['--write-baseline without a file', ['clean', '--write-baseline'], 2],
  ])('%s: lint %j ends with %i', async (_what, args, code) => {
    expect((await place.lockkeeper('lint', ...args)).code).toBe(code);
  });

  it('takes a folder without any convention for plain scripts, and goes on after one that is no SQL', async () => {
    const { code, value } = await place.json<{ findings: { rule: string; path: string }[] }>('lint', 'plain');
    expect(code).toBe(1);
    expect(value.findings.map(({ rule, path }) => [path, rule])).toEqual([
      ['plain/deeper/second.sql', 'syntax-error'],
      ['plain/first.sql', 'index-not-concurrent'],
    ]);
  });

  it('passes over what a baseline lists, and over nothing new', async () => {
    const written = await place.lockkeeper('lint', 'hurts', '--baseline', 'known.json', '--write-baseline');
    expect(written.code).toBe(0);
    expect(JSON.parse(await readFile(join(place.folder, 'known.json'), 'utf8'))).toMatchObject({ format: 1 });
    const again = await place.lockkeeper('lint', 'hurts', '--baseline', 'known.json');
    expect(again.code).toBe(0);
    expect(again.stdout).toContain('nothing found (2 in the baseline)');
    const more = await place.lockkeeper('lint', 'hurts', 'plain/first.sql', '--baseline', 'known.json');
    expect(more.code).toBe(1);
  });

  it('is milder where the database says that the table is small', async () => {
    const { code, stdout } = await place.lockkeeper('lint', 'plain/first.sql', '--database-url', place.url);
    expect(stdout).toMatch(/note index-not-concurrent .*\n.*\(users holds \d+ kB: it is over at once\)/);
    expect(code).toBe(0);
  });
});
