import type pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LaterWork } from '../../../../src/core/rewrites/rewrite.ts';
import { analyze } from '../../../../src/engines/postgres/analysis/analyze.ts';
import { findRewrites } from '../../../../src/engines/postgres/rewrites/rewrites.ts';
import { eventually } from '../../../support/eventually.ts';
import { type TestDatabase, TestServer } from '../support.ts';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterEach(() => server.closeAll());
afterAll(() => server.stop());

const shop = `
  CREATE SCHEMA app;
  CREATE TABLE users (id int PRIMARY KEY, email text, "Name" text);
  CREATE TABLE app.orders (id int PRIMARY KEY, user_id int, amount int, note text);
  CREATE INDEX old_one ON app.orders (note);
  INSERT INTO users SELECT n, 'u' || n, 'n' FROM generate_series(1, 50) n;
  INSERT INTO app.orders SELECT n, n, n, 'x' FROM generate_series(1, 50) n;`;

/** What its author wrote → what is carried out instead; `afterwards` once the rows are filled. */
const cases: readonly {
  readonly name: string;
  readonly sql: string;
  readonly safe: readonly string[];
  readonly afterwards?: readonly string[];
}[] = [
  {
    name: 'an index',
    sql: 'CREATE UNIQUE /* one INDEX */ INDEX orders_user ON app.orders (user_id, lower(note)) WHERE amount > 0',
    safe: [
      'CREATE UNIQUE /* one INDEX */ INDEX CONCURRENTLY orders_user ON app.orders (user_id, lower(note)) WHERE amount > 0',
    ],
  },
  {
    name: 'an index that goes',
    sql: 'DROP INDEX IF EXISTS app.old_one',
    safe: ['DROP INDEX CONCURRENTLY IF EXISTS app.old_one'],
  },
  {
    name: 'SET NOT NULL',
    sql: 'ALTER TABLE ONLY users ALTER "Name" SET NOT NULL',
    safe: [
      'ALTER TABLE ONLY users ADD CONSTRAINT "users_Name_is_set" CHECK ("Name" IS NOT NULL) NOT VALID',
      'ALTER TABLE ONLY users VALIDATE CONSTRAINT "users_Name_is_set"',
      'ALTER TABLE ONLY users ALTER COLUMN "Name" SET NOT NULL',
      'ALTER TABLE ONLY users DROP CONSTRAINT "users_Name_is_set"',
    ],
  },
  {
    name: 'a foreign key with a name',
    sql: 'ALTER TABLE app.orders ADD CONSTRAINT "of user" FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE DEFERRABLE',
    safe: [
      'ALTER TABLE app.orders ADD CONSTRAINT "of user" FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE DEFERRABLE NOT VALID',
      'ALTER TABLE app.orders VALIDATE CONSTRAINT "of user"',
    ],
  },
  {
    name: 'a foreign key without one',
    sql: 'ALTER TABLE app.orders ADD FOREIGN KEY (user_id) REFERENCES users',
    safe: [
      'ALTER TABLE app.orders ADD FOREIGN KEY (user_id) REFERENCES users NOT VALID',
      'ALTER TABLE app.orders VALIDATE CONSTRAINT orders_user_id_fkey',
    ],
  },
  {
    name: 'a check',
    sql: "ALTER TABLE app.orders ADD CHECK (amount > 0 AND note IN ('x', 'y'))",
    safe: [
      "ALTER TABLE app.orders ADD CHECK (amount > 0 AND note IN ('x', 'y')) NOT VALID",
      'ALTER TABLE app.orders VALIDATE CONSTRAINT orders_check',
    ],
  },
  {
    name: 'UNIQUE',
    sql: 'ALTER TABLE app.orders ADD CONSTRAINT once UNIQUE NULLS NOT DISTINCT (user_id, note) INCLUDE (amount) DEFERRABLE INITIALLY DEFERRED',
    safe: [
      'CREATE UNIQUE INDEX CONCURRENTLY once ON app.orders (user_id, note) INCLUDE (amount) NULLS NOT DISTINCT',
      'ALTER TABLE app.orders ADD CONSTRAINT once UNIQUE USING INDEX once DEFERRABLE INITIALLY DEFERRED',
    ],
  },
  {
    name: 'UNIQUE without a name',
    sql: 'ALTER TABLE users ADD UNIQUE ("Name", id)',
    safe: [
      'CREATE UNIQUE INDEX CONCURRENTLY "users_Name_id_key" ON users ("Name", id)',
      'ALTER TABLE users ADD CONSTRAINT "users_Name_id_key" UNIQUE USING INDEX "users_Name_id_key"',
    ],
  },
  {
    name: 'a column with a volatile default',
    sql: 'ALTER TABLE app.orders ADD COLUMN token uuid DEFAULT gen_random_uuid() NOT NULL',
    safe: [
      'ALTER TABLE app.orders ADD COLUMN token uuid',
      'ALTER TABLE app.orders ALTER COLUMN token SET DEFAULT gen_random_uuid()',
    ],
    afterwards: [
      'ALTER TABLE app.orders ADD CONSTRAINT orders_token_is_set CHECK (token IS NOT NULL) NOT VALID',
      'ALTER TABLE app.orders VALIDATE CONSTRAINT orders_token_is_set',
      'ALTER TABLE app.orders ALTER COLUMN token SET NOT NULL',
      'ALTER TABLE app.orders DROP CONSTRAINT orders_token_is_set',
    ],
  },
  {
    name: 'several actions, some of them harmless',
    sql: 'ALTER TABLE app.orders\n  ADD COLUMN a numeric(10, 2),\n  ALTER note SET NOT NULL,\n  ADD CONSTRAINT b CHECK (amount > 0)',
    safe: [
      'ALTER TABLE app.orders ADD COLUMN a numeric(10, 2)',
      'ALTER TABLE app.orders ADD CONSTRAINT orders_note_is_set CHECK (note IS NOT NULL) NOT VALID',
      'ALTER TABLE app.orders VALIDATE CONSTRAINT orders_note_is_set',
      'ALTER TABLE app.orders ALTER COLUMN note SET NOT NULL',
      'ALTER TABLE app.orders DROP CONSTRAINT orders_note_is_set',
      'ALTER TABLE app.orders ADD CONSTRAINT b CHECK (amount > 0) NOT VALID',
      'ALTER TABLE app.orders VALIDATE CONSTRAINT b',
    ],
  },
];

const path = 'm/V1__x.sql';
const rewriteOf = async (sql: string) => {
  const [rewrite, ...more] = await findRewrites({ path, text: `-- é before\n${sql};\n` });
  expect(more).toEqual([]);
  return rewrite;
};

async function filled(): Promise<TestDatabase> {
  const database = await server.database();
  await database.query(shop);
  return database;
}

const schemaOf = async (database: TestDatabase) => (await (await database.connect()).fingerprint()).lines;

/** What the others may not do while a statement is at work beside an open transaction that has read and written. */
async function heldUp(database: TestDatabase, sql: string): Promise<readonly string[]> {
  const [busy, worker, other] = [
    await database.client(),
    await database.client('worker'),
    await database.client(),
  ];
  await busy.query(
    'BEGIN; UPDATE users SET email = email WHERE id = 1; UPDATE app.orders SET amount = amount WHERE id = 1',
  );
  let ended = false;
  const work = worker.query(sql).finally(() => {
    ended = true;
  });
  work.catch(() => undefined);
  await eventually(async () => {
    const waiting = await other.query(
      "SELECT FROM pg_stat_activity WHERE application_name = 'worker' AND datname = current_database() AND wait_event_type = 'Lock'",
    );
    expect(ended || waiting.rowCount === 1).toBe(true);
  });
  const held: string[] = [];
  for (const table of ['users', 'app.orders']) {
    if (await isRefused(other, table, 'ACCESS SHARE')) held.push(`reads of ${table}`);
    if (await isRefused(other, table, 'ROW EXCLUSIVE')) held.push(`writes to ${table}`);
  }
  await busy.query('COMMIT');
  await work;
  return held;
}

/** NOWAIT answers at once, also for who would only stand in the queue behind a waiting lock. */
async function isRefused(client: pg.Client, table: string, mode: string): Promise<boolean> {
  await client.query('BEGIN');
  try {
    await client.query(`LOCK TABLE ${table} IN ${mode} MODE NOWAIT`);
    return false;
  } catch {
    return true;
  } finally {
    await client.query('ROLLBACK');
  }
}

describe('a safe sequence', () => {
  it.each(cases)('for $name says the same in other words', async ({ sql, safe, afterwards }) => {
    const rewrite = await rewriteOf(sql);
    expect(rewrite?.statements).toEqual(safe);
    expect(rewrite?.later?.contract).toEqual(afterwards);
    expect(rewrite).toMatchObject({ original: sql, position: { path, line: 2, column: 1 } });
  });

  it.each(cases)(
    'for $name leaves the schema that the original leaves, without holding anybody up',
    async (each) => {
      const [original, rewritten] = [await filled(), await filled()];
      expect(await heldUp(original, each.sql), 'the original').not.toEqual([]);
      const rewrite = await rewriteOf(each.sql);
      const statements = [...(rewrite?.statements ?? []), ...(rewrite?.later?.contract ?? [])];
      const analyzed = await analyze({ path, text: statements.map((one) => `${one};`).join('\n') });
      for (const [index, statement] of analyzed.entries()) {
        if (index === rewrite?.statements.length && rewrite.later !== undefined)
          await fill(rewritten, rewrite.later);
        // What is not long changes the catalogue alone: it asks for its lock with a timeout.
        if (statement.long) expect(await heldUp(rewritten, statement.text), statement.text).toEqual([]);
        else await rewritten.query(statement.text);
      }
      expect(await schemaOf(rewritten)).toEqual(await schemaOf(original));
      expect(
        analyzed
          .flatMap(({ findings }) => findings.map(({ rule }) => rule))
          .filter((rule) => !harmless.has(rule)),
      ).toEqual([]);
    },
  );
});

/** Of what a sequence is made of, and of what its author meant; none is about waiting. */
const harmless = new Set(['scans-table', 'cascading-delete', 'foreign-key-without-index']);

async function fill(database: TestDatabase, { backfills = [] }: LaterWork): Promise<void> {
  for (const { table, set, where } of backfills) {
    const assignments = Object.entries(set).map(([column, expression]) => `"${column}" = ${expression}`);
    await database.query(`UPDATE ${table} SET ${assignments.join()} WHERE ${where}`);
  }
}

describe('no sequence is offered', () => {
  it.each([
    ['for what is safe', 'CREATE INDEX CONCURRENTLY i ON users (email)'],
    [
      'on a table that is new',
      'CREATE TABLE t (a int); CREATE INDEX i ON t (a); ALTER TABLE t ALTER a SET NOT NULL',
    ],
    ['for an index without a name', 'CREATE INDEX ON users (email)'],
    ['for several indexes at once', 'DROP INDEX a, b'],
    ['inside the author’s own transaction', 'BEGIN; CREATE INDEX i ON users (email); COMMIT'],
    ['for a constraint with its own storage', 'ALTER TABLE users ADD UNIQUE (email) WITH (fillfactor = 70)'],
    [
      'for a column with more constraints',
      'ALTER TABLE users ADD COLUMN k uuid DEFAULT gen_random_uuid() UNIQUE',
    ],
    ['for a table that may be missing', 'ALTER TABLE IF EXISTS users ADD UNIQUE (email)'],
  ])('%s', async (_, text) => {
    expect(await findRewrites({ path, text })).toEqual([]);
  });
});
