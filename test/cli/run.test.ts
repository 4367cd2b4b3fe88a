import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Place, type RunResult, type Server, startServer, verdictsOf } from './command-line.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.stop());

const run = (place: Place, ...options: string[]) =>
  place.json<RunResult>('run', '--migrations', 'm', ...options);

const flyway = {
  'm/V1__customers.sql': `BEGIN;
CREATE TABLE customers (id int PRIMARY KEY, email text NOT NULL);
INSERT INTO customers SELECT n, 'c' || n || '@example.org' FROM generate_series(1, 50) n;
COMMIT;
`,
  'm/U1__customers.sql': 'DROP TABLE customers;\n',
  'm/V2__orders.sql': `CREATE TABLE orders (id int PRIMARY KEY, customer int NOT NULL);
CREATE INDEX CONCURRENTLY orders_customer ON orders (customer);
`,
  'm/U2__orders.sql': 'DROP TABLE orders;\n',
  'm/V10__domain.sql': 'ALTER TABLE customers ADD COLUMN domain text;\n',
  'm/U10__domain.sql': 'ALTER TABLE customers DROP COLUMN domain;\n',
  'm/V10__domain.yaml': `summary: find customers by domain
backfill:
  - table: customers
    set: { domain: "split_part(email, '@', 2)" }
    where: "domain IS NULL"
checks:
  after: [{ no_nulls: { table: customers, columns: [domain] } }]
`,
  'm/R__totals.sql': 'CREATE OR REPLACE VIEW totals AS SELECT count(*) AS n FROM customers;\n',
};

describe('lockkeeper run', { timeout: 90_000 }, () => {
  it('brings a Flyway folder up, says when there is nothing to do, and takes it back', async () => {
    const place = await server.place();
    await place.write(flyway);

    const text = await place.lockkeeper('run', '--migrations', 'm', '--to', '2');
    expect(text.code, text.stderr).toBe(0);
    expect(text.stdout).toContain('2 migrations to apply');
    expect(text.stdout).toMatch(/^ {2}1 customers {2}applied in /m);
    expect(text.stdout).toMatch(/^Done: 2 migrations applied in .+\.$/m);
    expect(text.stderr).toMatch(/expand-1 done: CREATE TABLE customers/);
    expect(await place.contents()).toEqual(['lockkeeper', 'public', 'public.customers', 'public.orders']);
    expect(await place.query('SELECT count(*)::int FROM customers')).toEqual([{ count: 50 }]);

    const rest = await run(place);
    expect(rest.code).toBe(0);
    expect(verdictsOf(rest.value)).toEqual(['10 SUCCEEDED', 'R__totals SUCCEEDED']);
    expect(rest.value.runs[0]?.rows).toBe(50);
    expect(await place.query('SELECT DISTINCT domain FROM customers')).toEqual([{ domain: 'example.org' }]);

    const nothing = await place.lockkeeper('run', '--migrations', 'm');
    expect(nothing.code).toBe(0);
    expect(nothing.stdout).toMatch(
      /^postgres:\/\/127\.0\.0\.1:\d+\/\w+: nothing to do, every migration is applied\n$/,
    );

    await place.write({
      'm/R__totals.sql': 'CREATE OR REPLACE VIEW totals AS SELECT count(*) AS n, 1 AS v FROM customers;\n',
    });
    expect(verdictsOf((await run(place)).value)).toEqual(['R__totals SUCCEEDED']);
    expect(await place.query('SELECT v FROM totals')).toEqual([{ v: 1 }]);
  });

  it('goes down to a version, and down to nothing, also when its state folder is lost between runs', async () => {
    const place = await server.place();
    const { 'm/R__totals.sql': _, ...versions } = flyway;
    await place.write(versions);
    expect((await run(place)).value.runs).toHaveLength(3);
    await rm(join(place.folder, '.lockkeeper'), { recursive: true });

    const down = await run(place, '--down', '--to', '2');
    expect(verdictsOf(down.value)).toEqual(['10 SUCCEEDED']);
    await rm(join(place.folder, '.lockkeeper'), { recursive: true });

    const all = await place.lockkeeper('run', '--migrations', 'm', '--down');
    expect(all.code, all.stderr).toBe(0);
    expect(all.stdout).toMatch(/^ {2}2 orders {2}taken back in .*\n {2}1 customers {2}taken back in /m);
    expect(await place.contents()).toEqual(['lockkeeper', 'public']);
    expect((await run(place, '--down')).value.nothingToDo).toBe(true);
  });

  it('reads a folder of N_name.up.sql, and one of two formats when told which', async () => {
    const place = await server.place();
    await place.write({
      'm/1_a.up.sql': `CREATE SCHEMA app;
SET search_path = app;
CREATE TABLE a (id int);
CREATE INDEX CONCURRENTLY a_id ON a (id);
`,
      'm/1_a.down.sql': 'DROP SCHEMA app CASCADE;',
      'm/V2__not_this.sql': 'CREATE TABLE b (id int);',
    });
    expect((await run(place, '--format', 'up-down')).code).toBe(0);
    // Each step in a session of its own, under the settings that stand before it.
    expect(await place.query(`SELECT to_regclass('app.a_id') IS NOT NULL AS built`)).toEqual([
      { built: true },
    ]);
    expect(await place.contents()).not.toContain('public.b');
  });

  it('takes back a backfill whose function the server does not know, before it has touched a row', async () => {
    const place = await server.place();
    await place.query('CREATE TABLE users (id int PRIMARY KEY, email text)');
    await place.query(`INSERT INTO users VALUES (1, 'a')`);
    await place.write({
      'm/V1__a.sql': 'ALTER TABLE users ADD COLUMN size int;\n',
      'm/U1__a.sql': 'ALTER TABLE users DROP COLUMN size;\n',
      'm/V1__a.yaml': 'backfill: [{ table: users, set: { size: "lenth(email)" }, where: "size IS NULL" }]\n',
    });
    const text = await place.lockkeeper('run', '--migrations', 'm');
    expect(text.code, text.stderr).toBe(1);
    expect(text.stdout + text.stderr).toMatch(/function lenth\(text\) does not exist/);
    expect(await place.query('SELECT count(*)::int AS begun FROM lockkeeper.partition')).toEqual([
      { begun: 0 },
    ]);
    expect(await place.query('SELECT * FROM users')).toEqual([{ id: 1, email: 'a' }]);
    expect(await place.contents()).toEqual(['lockkeeper', 'public', 'public.users']);
  });

  it('starts in an empty directory with what init has written', async () => {
    const place = await server.place();
    const begun = await place.lockkeeper('init');
    expect(begun.code).toBe(0);
    expect(begun.stdout).toContain('lockkeeper run --migrations migrations');
    const plan = await place.lockkeeper('plan', '--migrations', 'migrations');
    expect(plan.code).toBe(0);
    expect(plan.stdout).toContain('so there is no snapshot to go back to');
    expect(await place.contents()).toEqual(['public']);
    const done = await place.lockkeeper('run', '--migrations', 'migrations');
    expect(done.code, done.stderr).toBe(0);
    expect(await place.contents()).toContain('public.customers');
  });

  it.each([
    ['data that would be destroyed', 'DROP TABLE a;', /destroys data/],
    ['a statement that could do anything', 'DO $$ BEGIN PERFORM 1; END $$;', /3: .*DO/],
  ])('stops before %s, in the last of three files, and goes on when told why', async (_, sql, reason) => {
    const place = await server.place();
    await place.query('CREATE TABLE a (id int)');
    await place.write({
      'm/V1__b.sql': 'CREATE TABLE b ();',
      'm/V2__c.sql': 'CREATE TABLE c ();',
      'm/V3__it.sql': sql,
    });

    const stopped = await place.lockkeeper('run', '--migrations', 'm');
    expect(stopped.code).toBe(1);
    expect(stopped.stdout).toContain('Stopped before anything was changed.');
    expect(stopped.stdout).toMatch(reason);
    expect(stopped.stdout).toContain('--accept-risk "reason"');
    expect(await place.contents()).toEqual(['public', 'public.a']);

    const told = await run(place, '--accept-risk', 'it is no longer used');
    expect(told.code, told.stderr).toBe(0);
    expect(verdictsOf(told.value)).toEqual(['1 SUCCEEDED', '2 SUCCEEDED', '3 SUCCEEDED']);
    const { value } = await place.json<{ answers: { reason: string }[] }>('report');
    expect(value.answers).toMatchObject([{ gate: 'approval', reason: 'it is no longer used' }]);
  });

  it('keeps what was applied when a later file fails, and goes on once that is mended', async () => {
    const place = await server.place();
    await place.write({
      'm/V1__a.sql': 'CREATE TABLE a (id int);',
      'm/V2__b.sql': 'CREATE TABLE b (id int); CREATE TABLE a (id int);',
      'm/V3__c.sql': 'CREATE TABLE c (id int);',
    });
    const failed = await place.lockkeeper('run', '--migrations', 'm');
    expect(failed.code).toBe(1);
    expect(failed.stdout).toMatch(/^ {2}1 a {2}applied in /m);
    expect(failed.stdout).toMatch(
      /^ {2}2 b {2}REJECTED: expand-1 \(m\/V2__b\.sql:1\) failed: .*relation "a" already exists/m,
    );
    expect(failed.stdout).toContain('Nothing was changed by it.');
    expect(failed.stdout).toContain('Not begun: 3');
    expect(await place.contents()).toEqual(['lockkeeper', 'public', 'public.a']);

    await place.write({ 'm/V2__b.sql': 'CREATE TABLE b (id int);' });
    const mended = await run(place);
    expect(mended.code).toBe(0);
    expect(verdictsOf(mended.value)).toEqual(['2 SUCCEEDED', '3 SUCCEEDED']);
    const { value } = await place.json<{ runs: { version: string; verdict: string }[] }>('history');
    expect(value.runs.map((one) => `${one.version} ${one.verdict}`)).toEqual([
      '3 SUCCEEDED',
      '2 SUCCEEDED',
      '2 REJECTED',
      '1 SUCCEEDED',
    ]);
  });

  it('undoes the steps of a file that fails in its middle, and says so', async () => {
    const place = await server.place();
    await place.query('CREATE TABLE a (id int)');
    await place.write({
      'm/V1__b.sql': 'CREATE TABLE b (id int);\nCREATE UNIQUE INDEX CONCURRENTLY b_id ON a (nothing);\n',
      'm/U1__b.sql': 'DROP INDEX IF EXISTS b_id;\nDROP TABLE IF EXISTS b;\n',
    });
    const { code, stdout } = await place.lockkeeper('run', '--migrations', 'm');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^ {2}1 b {2}ROLLED_BACK: expand-2 .*column "nothing" does not exist/m);
    expect(stdout).toContain('It was taken back.');
    expect(await place.contents()).toEqual(['lockkeeper', 'public', 'public.a']);
  });

  it('refuses an applied file that was edited, and a way down whose files are missing', async () => {
    const place = await server.place();
    await place.write({ 'm/V1__a.sql': 'CREATE TABLE a (id int);', 'm/U1__a.sql': 'DROP TABLE a;' });
    await run(place);
    await place.write({
      'm/V1__a.sql': 'CREATE TABLE a (id bigint);',
      'm/V2__b.sql': 'CREATE TABLE b (id int);',
    });
    for (const command of [['plan'], ['run', '--down']]) {
      const edited = await place.lockkeeper(...command, '--migrations', 'm');
      expect(edited.code).toBe(2);
      expect(edited.stderr).toMatch(
        /^error: migration 1 was edited after it had been applied\n {2}m\/V1__a\.sql: /,
      );
      expect(edited.stderr).toContain('what to do: restore the file as it was');
    }
    await place.write({ 'm/V1__a.sql': 'CREATE TABLE a (id int);' });
    await rm(join(place.folder, 'm/U1__a.sql'));
    const noWay = await place.lockkeeper('run', '--down', '--migrations', 'm');
    expect(noWay.code).toBe(2);
    expect(noWay.stderr).toMatch(
      /^ {2}m\/V1__a\.sql: there is no down file to go back with \(expected one beside it/m,
    );
    await rm(join(place.folder, 'm/V1__a.sql'));
    const missing = await place.lockkeeper('run', '--down', '--migrations', 'm');
    expect(missing.code).toBe(2);
    expect(missing.stderr).toMatch(/the files are missing of 1 a \(applied /);
    expect(missing.stderr).toContain('what to do: put the files back');
    expect(await place.contents()).toEqual(['lockkeeper', 'public', 'public.a']);

    const unknown = await place.lockkeeper('history', '--target', 'nobody');
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toMatch(
      /^error: there is no target "nobody"\nwhat to do: configured targets: url-/,
    );
    const nowhere = await place.lockkeeper('report', '-o', 'nowhere/report.md');
    expect(nowhere.code).toBe(2);
    expect(nowhere.stderr).toContain('nowhere/report.md cannot be written: its folder does not exist');
    const onwards = await place.lockkeeper('run', '--migrations', 'm');
    expect(onwards.code).toBe(0);
    expect(onwards.stdout).toContain('note: applied, but not in the folder: 1');
  });
});
