import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { type Place, type Server, startServer } from './command-line.ts';

let server: Server;
/** Its database is the scratch one, and stays empty. */
let place: Place;

beforeAll(async () => {
  server = await startServer();
  place = await server.place();
  await place.write({
    'shop/V1__users.sql':
      'CREATE TABLE users (id int PRIMARY KEY, email text, CONSTRAINT known CHECK (id > 0), CONSTRAINT small CHECK (id < 9));\nINSERT INTO users VALUES (1, NULL);\n',
    'shop/V2__right.sql': 'CREATE INDEX CONCURRENTLY users_email ON users (email);\n',
    'shop/U2__right.sql': 'DROP INDEX CONCURRENTLY users_email;\n',
    'shop/V3__forgets.sql':
      "CREATE TYPE mood AS ENUM ('good');\nALTER TABLE users ADD COLUMN feels mood;\nCREATE INDEX users_lower ON users (lower(email));\n",
    'shop/U3__forgets.sql': 'ALTER TABLE users DROP COLUMN feels;\n',
    'shop/V4__other.sql': 'ALTER TABLE users ADD CONSTRAINT mail CHECK (email IS NULL);\n',
    'shop/U4__other.sql': 'ALTER TABLE users DROP CONSTRAINT known;\n',
    'shop/V5__fails.sql': 'CREATE VIEW v AS SELECT FROM users;\n',
    'shop/U5__fails.sql': 'DROP TABLE v;\n',
    'shop/V6__filled.sql': 'ALTER TABLE users ADD COLUMN code text;\n',
    'shop/U6__filled.sql': 'ALTER TABLE users DROP COLUMN code;\n',
    'shop/V6__filled.yaml':
      'backfill:\n  - table: users\n    set: { code: "\'x\'" }\n    where: code IS NULL\ncontract:\n  after: deployment\n  sql: [ALTER TABLE users ALTER COLUMN code SET NOT NULL]\n',
    'needs/V1__a.sql': 'CREATE EXTENSION no_such_thing;\n',
    'needs/U1__a.sql': 'DROP EXTENSION no_such_thing;\n',
    'draft/1_a.up.sql': 'CREATE TABLE t (id int);\n',
    'draft/1_a.yaml': 'summary: a\n',
    'draft/2_b.up.sql': 'CREATE INDEX i ON t (id);\nUPDATE t SET id = 1;\n',
  });
});
afterAll(() => server?.stop());

const check = (...args: string[]) =>
  place.start(['check-down', ...args, '--scratch-url', place.url], { LOCKKEEPER_DATABASE_URL: '' }).ended;

async function databases(): Promise<readonly string[]> {
  const rows = await place.query<{ datname: string }>('SELECT datname FROM pg_database');
  return rows.map(({ datname }) => datname).filter((name) => name.startsWith('lockkeeper_scratch'));
}

describe('check-down', () => {
  it('says of each down script what it leaves and what it takes too much', async () => {
    const { code, stdout } = await check('--migrations', 'shop');
    expect(code).toBe(1);
    const lines = stdout
      .split('\n')
      .map((line) => line.replace(/ \{.*/, ''))
      .filter((line) => line !== '');
    expect(lines).toEqual([
      '2  undone',
      '3  the schema is not what it was before: - is missing, + was left',
      '  + index public.users_lower',
      '  + type public.mood',
      '4  the schema is not what it was before: - is missing, + was left',
      '  - constraint known on public.users',
      '  + constraint mail on public.users',
      expect.stringMatching(/^5 {2}the down script fails: .*"v" is not a table/),
      '6  undone',
      '2 of 5 down scripts undo their migration',
    ]);
    expect(await place.contents()).toEqual(['public']);
    expect(await databases()).toEqual([]);
  });

  it('tries one version on a server of its own', async () => {
    const { code, value } = await place.json('check-down', '2', '--migrations', 'shop');
    expect(value).toEqual({ checks: [{ version: '2', result: 'undone' }] });
    expect(code).toBe(0);
  });

  it.each([
    ['a version that is not there', ['9', '--migrations', 'shop'], 'there is no migration 9'],
    ['a version without a down file', ['1', '--migrations', 'shop'], 'lockkeeper draft-down 1 drafts one'],
    [
      'an extension that is not there',
      ['--migrations', 'needs'],
      'does not run here: .*no_such_thing[^]*--scratch-url',
    ],
  ])('refuses %s', async (_what, args, message) => {
    const { code, stderr } = await check(...args);
    expect(stderr).toMatch(new RegExp(message));
    expect(code).toBe(2);
    expect(await databases()).toEqual([]);
  });

  it('refuses the database of the migrations, and one that is not empty', async () => {
    const named = await place.lockkeeper('check-down', '--migrations', 'shop', '--scratch-url', place.url);
    expect(named.stderr).toContain('is named by --database-url as well');
    const full = await server.place();
    await full.query('CREATE TABLE here (id int)');
    const { code, stderr } = await place.lockkeeper(
      'check-down',
      '--migrations',
      'shop',
      '--scratch-url',
      full.url,
    );
    expect(stderr).toContain('is not empty: it holds table public.here');
    expect([named.code, code]).toEqual([2, 2]);
  });

  it('leaves nothing behind when it is interrupted', async () => {
    await place.write({ 'slow/V1__a.sql': 'SELECT pg_sleep(600);\n', 'slow/U1__a.sql': 'SELECT 1;\n' });
    const { child, ended } = place.start(['check-down', '--migrations', 'slow', '--scratch-url', place.url], {
      LOCKKEEPER_DATABASE_URL: '',
    });
    // A session in the scratch database itself would keep it from being copied.
    const elsewhere = await server.place();
    await eventually(async () => {
      const sleeping = await elsewhere.query(
        "SELECT FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)'",
      );
      expect(sleeping).toHaveLength(1);
    }, 30_000);
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    expect(await databases()).toEqual([]);
  });
});

describe('draft-down', () => {
  it('prints a draft, writes it beside its migration, and never over what is there', async () => {
    const { code, stdout } = await place.lockkeeper('draft-down', 'draft/2_b.up.sql');
    expect(stdout).toContain('-- By hand: rows of t were written');
    expect(stdout).toContain('DROP INDEX "i";\n');
    const written = await place.json('draft-down', '1', '--migrations', 'draft', '--write');
    expect(written.value).toMatchObject({ file: 'draft/1_a.down.sql', drafted: 1, byHand: 0 });
    const file = await readFile(join(place.folder, 'draft/1_a.down.sql'), 'utf8');
    expect(file).toContain('DROP TABLE "t";\n');
    const again = await place.lockkeeper('draft-down', '1', '--migrations', 'draft', '--write');
    expect(again.stderr).toContain('there is a down file already: draft/1_a.down.sql');
    expect([code, written.code, again.code]).toEqual([0, 0, 2]);
    const linted = await place.lockkeeper('lint', 'draft', '--fail-on', 'error');
    expect(linted.stdout).toContain('note draft-not-reviewed draft/1_a.down.sql:1:1');
  });
});
