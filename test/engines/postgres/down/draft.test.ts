import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { draftText } from '../../../../src/core/down/draft-text.ts';
import { analyze } from '../../../../src/engines/postgres/analysis/analyze.ts';
import type { PostgresDatabase } from '../../../../src/engines/postgres/database.ts';
import { draftDown } from '../../../../src/engines/postgres/down/draft.ts';
import { TestServer } from '../support.ts';

let server: TestServer;
/** One for all cases: each leaves the schema as it was. */
let client: pg.Client;
let reader: PostgresDatabase;
beforeAll(async () => {
  server = await TestServer.start();
  const database = await server.database();
  client = await database.client();
  reader = await database.connect();
  await client.query(shop);
});
afterAll(() => server.stop());

const shop = `
  CREATE SCHEMA app;
  CREATE TABLE users (id int PRIMARY KEY, email text, "Name" text NOT NULL);
  CREATE TABLE app.orders (id int PRIMARY KEY, user_id int, amount int, note text);
  CREATE INDEX orders_note ON app.orders (note);
  CREATE TYPE mood AS ENUM ('good', 'it''s bad');
  CREATE TYPE point AS (x int, y int);
  CREATE VIEW names AS SELECT "Name" FROM users;
  CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
  CREATE TABLE parts (id int) PARTITION BY RANGE (id);
  CREATE TABLE part1 (id int);
  INSERT INTO users SELECT n, 'u' || n, 'n' FROM generate_series(1, 5) n;`;

const draft = async (sql: string): Promise<string> => {
  const statements = await analyze({ path: 'V1__x.sql', text: sql });
  return draftText('V1__x.sql', statements, await draftDown(statements));
};

describe('a draft of the down script', () => {
  it.for<readonly [name: string, up: string]>([
    ['a table', 'CREATE TABLE t (id serial PRIMARY KEY, u int UNIQUE REFERENCES users, CHECK (u > 0))'],
    [
      'a table with what comes later',
      'CREATE TABLE t (id int); CREATE INDEX ON t (id); CREATE INDEX i ON t (id); ALTER TABLE t ADD c text NOT NULL, ADD CHECK (id > 0); COMMENT ON TABLE t IS $$x$$; INSERT INTO t VALUES (1, $$c$$)',
    ],
    [
      'a table that what comes later depends on',
      'CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY); ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES b; CREATE VIEW v AS SELECT FROM a',
    ],
    [
      'a function that a new table uses',
      'CREATE TABLE t (id int); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN new; END$$; CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()',
    ],
    [
      'a table made and dropped again',
      'CREATE TABLE t (id int); CREATE VIEW v AS SELECT FROM t; CREATE INDEX i ON t (id); DROP VIEW v; DROP TABLE t',
    ],
    [
      'a table made under another name',
      'CREATE TABLE t (id int); CREATE INDEX i ON t (id); ALTER TABLE t RENAME TO t2; ALTER INDEX i RENAME TO i2; ALTER TABLE t2 ADD CONSTRAINT c CHECK (id > 0); ALTER TABLE t2 RENAME id TO key',
    ],
    [
      'a swap',
      'CREATE TABLE new_one (id int); ALTER TABLE users RENAME TO old_one; ALTER TABLE new_one RENAME TO users',
    ],
    [
      'columns',
      'ALTER TABLE users ADD COLUMN "Full Name" text, ADD COLUMN age int NOT NULL DEFAULT 1 CHECK (age > 0), ADD code int UNIQUE REFERENCES users',
    ],
    ['a column that may be there', 'ALTER TABLE IF EXISTS app.orders ADD COLUMN IF NOT EXISTS extra int'],
    ['an index', 'CREATE UNIQUE INDEX "I" ON app.orders (user_id, lower(note)) WHERE amount > 0'],
    ['an index built concurrently', 'CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON app.orders (amount)'],
    [
      'a constraint from an index',
      'CREATE UNIQUE INDEX CONCURRENTLY i ON app.orders (user_id); ALTER TABLE app.orders ADD CONSTRAINT one_each UNIQUE USING INDEX i',
    ],
    [
      'constraints',
      'ALTER TABLE app.orders ADD FOREIGN KEY (user_id) REFERENCES users NOT VALID, ADD CONSTRAINT above CHECK (amount > 0); ALTER TABLE app.orders VALIDATE CONSTRAINT orders_user_id_fkey',
    ],
    ['NOT NULL', 'ALTER TABLE users ALTER email SET NOT NULL; ALTER TABLE users ALTER "Name" DROP NOT NULL'],
    [
      'NOT NULL by a check',
      'ALTER TABLE users ADD CONSTRAINT c CHECK (email IS NOT NULL) NOT VALID; ALTER TABLE users VALIDATE CONSTRAINT c; ALTER TABLE users ALTER email SET NOT NULL; ALTER TABLE users DROP CONSTRAINT c',
    ],
    [
      'views',
      'CREATE VIEW v AS SELECT * FROM users; CREATE VIEW w AS SELECT * FROM v; CREATE MATERIALIZED VIEW m AS SELECT * FROM w; CREATE INDEX ON m (id)',
    ],
    [
      'types',
      `CREATE TYPE colour AS ENUM ('red'); CREATE DOMAIN positive AS int CHECK (VALUE > 0); CREATE TYPE pair AS (a int, b positive); ALTER TABLE users ADD favourite colour`,
    ],
    [
      'what types are called',
      `ALTER TYPE mood RENAME VALUE 'it''s bad' TO 'bad'; ALTER TYPE point RENAME ATTRIBUTE x TO z; ALTER TYPE mood RENAME TO moods`,
    ],
    ['sequences', 'CREATE SEQUENCE app.s; ALTER SEQUENCE app.s RENAME TO s2'],
    [
      'functions',
      'CREATE FUNCTION f(a int, VARIADIC b text[] DEFAULT $${}$$) RETURNS SETOF int LANGUAGE sql AS $$SELECT 1$$; CREATE FUNCTION f(OUT c numeric(5, 2)) LANGUAGE sql AS $$SELECT 1$$; CREATE PROCEDURE p(a "mood") LANGUAGE sql AS $$SELECT 1$$',
    ],
    [
      'a trigger',
      'CREATE TRIGGER "T" BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch(); ALTER TRIGGER "T" ON users RENAME TO u',
    ],
    [
      'a policy',
      'ALTER TABLE users ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON users USING (true); ALTER POLICY p ON users RENAME TO q',
    ],
    [
      'a schema with a table',
      'CREATE SCHEMA s CREATE TABLE t (id int) CREATE VIEW v AS SELECT FROM t; CREATE TABLE s.u (id int)',
    ],
    [
      'names',
      'ALTER TABLE app.orders RENAME TO buys; ALTER TABLE app.buys RENAME note TO remark; ALTER TABLE app.buys RENAME CONSTRAINT orders_pkey TO buys_pkey; ALTER INDEX app.orders_note RENAME TO buys_note; ALTER VIEW names RENAME "Name" TO name; ALTER SCHEMA app RENAME TO shop; ALTER TABLE shop.buys SET SCHEMA public; ALTER FUNCTION touch RENAME TO touched',
    ],
    [
      'a partition',
      'ALTER TABLE parts ATTACH PARTITION part1 FOR VALUES FROM (1) TO (2); CREATE TABLE part2 PARTITION OF parts FOR VALUES FROM (2) TO (3)',
    ],
    [
      'statistics and rules',
      'CREATE STATISTICS st ON email, "Name" FROM users; CREATE RULE r AS ON DELETE TO users DO INSTEAD NOTHING; CREATE PUBLICATION pub FOR TABLE users; CREATE COLLATION app.coll (provider = icu, locale = $$de$$)',
    ],
    [
      'names by a search path',
      'SET search_path = app; CREATE TABLE t (id int); CREATE INDEX i ON orders (amount)',
    ],
    [
      'in its own transaction',
      'BEGIN; CREATE TABLE IF NOT EXISTS t (id int); CREATE INDEX IF NOT EXISTS i ON t (id); COMMIT',
    ],
  ])('takes back %s', async ([, up]) => {
    const before = await reader.fingerprint();
    for (const { text } of await analyze({ path: 'V1__x.sql', text: up })) await client.query(text);
    const text = await draft(up);
    expect(text).not.toContain('By hand');
    for (const statement of await analyze({ path: 'U1__x.sql', text })) await client.query(statement.text);
    await client.query('RESET ALL');
    expect((await reader.fingerprint()).lines, text).toEqual(before.lines);
  });

  it.for<readonly [name: string, up: string, lines: readonly string[]]>([
    [
      'what was dropped',
      'DROP TABLE users; ALTER TABLE app.orders DROP note; DROP INDEX CONCURRENTLY app.orders_note',
      [
        'index app.orders_note was dropped: write its definition',
        'column note of app.orders was dropped: write its definition; what it held comes back from a snapshot only',
        'table users was dropped: write its definition; what it held comes back from a snapshot only',
      ],
    ],
    [
      'what was overwritten',
      'UPDATE users SET email = \'\'; CREATE OR REPLACE VIEW names AS SELECT 1 AS "Name"',
      [
        'view names may have been replaced: write its former definition',
        'rows of users were written: write what makes them as they were',
      ],
    ],
    [
      'what was there before',
      "ALTER TABLE users ALTER email SET DEFAULT '', ALTER email TYPE varchar(5); ALTER TYPE mood ADD VALUE 'x'; CREATE INDEX ON users (email)",
      [
        'the server chose the name of the index on users: write its DROP INDEX',
        "add value 'x' of type mood: a value of an enum cannot be dropped; make the type anew",
        'column email of users was altered (type varchar(5)): write what it was before',
        'the former default of email of users is not known: write it, or DROP DEFAULT',
      ],
    ],
    ['what nobody knows', 'DO $$BEGIN END$$', ['what this does is not known, and so not what takes it back']],
  ])('leaves to a person %s', async ([, up, expected]) => {
    const text = await draft(up);
    const hands = [...text.matchAll(/^-- By hand: (.*)\.$/gm)].map(([, reason]) => reason);
    expect(hands).toEqual(expected);
    expect(await analyze({ path: 'U1__x.sql', text })).toEqual([]);
  });

  it('says what is lost, and what may not be its own', async () => {
    expect(await draft('CREATE TABLE IF NOT EXISTS t (id int);\nALTER TABLE users ADD "a\nb" int')).toBe(
      `-- Lockkeeper draft: review before use, then delete this line.
-- It takes back V1__x.sql, newest change first.

-- line 2: ALTER TABLE users ADD "a b" int
-- Its values go with it.
ALTER TABLE "users" DROP COLUMN "a\nb";

-- line 1: CREATE TABLE IF NOT EXISTS t (id int)
-- Its rows go with it.
-- It may have been there before: then take this statement out.
DROP TABLE IF EXISTS "t";
`,
    );
  });
});
