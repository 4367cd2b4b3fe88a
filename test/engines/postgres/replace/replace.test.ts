import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { attempt, TestServer, until } from '../support.ts';
import { Replacing, refusal } from './replacing.ts';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterEach(() => server.closeAll());
afterAll(() => server.stop());

const orders = `
CREATE TABLE customers (id int PRIMARY KEY);
INSERT INTO customers SELECT generate_series(1, 10);
CREATE TABLE orders (
  id serial PRIMARY KEY,
  customer_id int NOT NULL REFERENCES customers ON DELETE CASCADE,
  number int NOT NULL CONSTRAINT orders_number_once UNIQUE,
  amount numeric(10,2) CHECK (amount >= 0),
  note text DEFAULT 'none',
  twice int GENERATED ALWAYS AS (number * 2) STORED
) WITH (fillfactor = 80);
ALTER TABLE orders ALTER COLUMN amount SET STATISTICS 500, ALTER COLUMN note SET (n_distinct = 7);
ALTER TABLE orders SET (toast.autovacuum_enabled = false);
ALTER INDEX orders_number_once SET (fillfactor = 70);
ALTER TABLE orders CLUSTER ON orders_pkey;
COMMENT ON TABLE orders IS 'what was ordered';
COMMENT ON COLUMN orders.note IS 'by the customer';
CREATE INDEX orders_by_customer ON orders (customer_id) WHERE amount > 1;
COMMENT ON INDEX orders_by_customer IS 'for the report';
INSERT INTO orders (customer_id, number, amount) SELECT 1 + g % 10, g, g FROM generate_series(1, 500) g;
CREATE TABLE items (order_id int NOT NULL CONSTRAINT items_of_order REFERENCES orders ON DELETE CASCADE, what text);
INSERT INTO items SELECT g, 'x' FROM generate_series(1, 100) g;
CREATE VIEW big_orders WITH (security_barrier = true) AS SELECT number, amount FROM orders WHERE amount > 100;
GRANT SELECT, INSERT ON orders TO pg_monitor WITH GRANT OPTION; GRANT SELECT ON big_orders TO PUBLIC;
`;

const widened = `
table: orders
alter:
  - ALTER TABLE orders ALTER COLUMN id TYPE bigint
  - ALTER TABLE orders RENAME COLUMN note TO remark
  - ALTER TABLE orders ADD COLUMN state text NOT NULL DEFAULT 'new'
up: { remark: note, state: "CASE WHEN amount > 100 THEN 'big' ELSE 'small' END" }`;

async function ready(replace = widened) {
  const database = await server.database();
  await database.query(orders);
  return { database, replacing: await Replacing.begin(database, replace) };
}

describe('a table replaced', () => {
  it('is the new one, under its name and with all that belonged to it', async () => {
    const { database, replacing } = await ready();
    const before = (await replacing.connected.fingerprint()).lines;
    await replacing.steps('expand');
    expect(await replacing.carry('copy')).toMatchObject({ visited: 500, changed: 500 });
    expect(await replacing.carry('compare')).toMatchObject({ visited: 500, changed: 0 });
    await replacing.steps('switch');
    await database.query(`INSERT INTO orders (customer_id, number, amount) VALUES (1, 501, 501)`);
    await replacing.steps('contract');
    expect(await database.query('SELECT * FROM orders WHERE id > 499 ORDER BY id')).toMatchObject([
      { id: '500', remark: 'none', state: 'big', twice: '1000' },
      { id: '501', remark: 'none', state: 'new' },
    ]);
    const { lines } = await replacing.connected.fingerprint();
    const other = (all: readonly string[], than: readonly string[]) =>
      all.filter((line) => !than.includes(line)).map((line) => line.split(' {')[0]);
    expect(other(before, lines)).toEqual([
      'column public.orders.id',
      'column public.orders.note',
      'sequence public.orders_id_seq',
    ]);
    expect(other(lines, before)).toEqual([
      'column public.orders.id',
      'column public.orders.remark',
      'column public.orders.state',
      'constraint orders_state_not_null on public.orders',
      'sequence public.orders_id_seq',
    ]);
    expect(lines.find((line) => line.startsWith('sequence'))).toMatch(
      /"owned_by": "public.orders.id".*bigint/,
    );
  });
});

describe('what stands in the way is said when the plan is made', () => {
  const plain = 'CREATE TABLE t (id int PRIMARY KEY, a int, b text); ';
  const more = '["ALTER TABLE t ADD COLUMN c int"]';
  it.each([
    [
      'partitions',
      'CREATE TABLE t (id int PRIMARY KEY) PARTITION BY RANGE (id)',
      `alter: ${more}`,
      /it is partitioned/,
    ],
    [
      'a trigger',
      `${plain} CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
       CREATE TRIGGER mine BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()`,
      `alter: ${more}`,
      /its trigger mine would have to be moved/,
    ],
    [
      'a materialized view',
      `${plain} CREATE MATERIALIZED VIEW m AS SELECT a FROM t`,
      `alter: ${more}`,
      /rule _RETURN on materialized view public.m depends on it/,
    ],
    [
      'a function of its row type',
      `${plain} CREATE FUNCTION f(t) RETURNS int LANGUAGE sql AS 'SELECT $1.a'`,
      `alter: ${more}`,
      /function public.f\(public.t\) depends on it/,
    ],
    [
      'row security',
      `${plain} ALTER TABLE t ENABLE ROW LEVEL SECURITY`,
      `alter: ${more}`,
      /row security decides/,
    ],
    [
      'a publication',
      `${plain} CREATE PUBLICATION p FOR TABLE t`,
      `alter: ${more}`,
      /publication p sends its rows/,
    ],
    ['no key', 'CREATE TABLE t (id int)', `alter: ${more}`, /neither a primary key nor a unique key/],
    [
      'a view that would change',
      `${plain} CREATE VIEW v AS SELECT a FROM t`,
      'alter: ["ALTER TABLE t ALTER COLUMN a TYPE bigint"]',
      /view public.v cannot follow the new public.t: its columns a integer would change/,
    ],
    [
      'a foreign key to what is gone',
      `${plain} CREATE TABLE other (a int); ALTER TABLE t ADD UNIQUE (a);
       ALTER TABLE other ADD CONSTRAINT other_a FOREIGN KEY (a) REFERENCES t (a)`,
      'alter: ["ALTER TABLE t DROP CONSTRAINT t_a_key"]',
      /foreign key other_a of public.other refers to a, on which the new table has no unique key/,
    ],
    [
      'a key that is ordered otherwise',
      'CREATE TABLE t (id text PRIMARY KEY)',
      'alter: ["ALTER TABLE t ALTER COLUMN id TYPE text COLLATE \\"C\\""]',
      /key column id changes/,
    ],
    [
      'a column that nothing fills, both ways',
      'CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL)',
      'as: ["CREATE TABLE t (id int PRIMARY KEY, z int NOT NULL)"]',
      /column z of the new table may not be null.*column a of the old table may not be null/s,
    ],
    [
      'a new table without the key',
      plain,
      'as: ["CREATE TABLE t (id int, a int, b text)"]',
      /the new table has no unique key on id/,
    ],
    [
      'an expression that does not fit',
      plain,
      `{ alter: ${more}, up: { c: b } }`,
      /a row of the new table cannot be made: column "c" is of type integer/,
    ],
    ['a misspelt column', plain, `{ alter: ${more}, up: { c: a, d: a } }`, /the new table has no column d/],
    [
      'the table in use, named with its schema',
      plain,
      'alter: ["ALTER TABLE public.t ADD c int"]',
      /not the new table/,
    ],
    ['another table', plain, 'alter: ["CREATE TABLE u (id int)"]', /it changes u, not the new table/],
    ['a statement that writes', plain, 'alter: ["UPDATE t SET a = 1"]', /UPDATE does not shape a table/],
    [
      'a statement that fails',
      plain,
      'alter: ["ALTER TABLE t DROP COLUMN zz"]',
      /DROP COLUMN zz: column "zz" of relation "t" does not exist/,
    ],
  ])('%s', async (_what, sql, rest, expected) => {
    const database = await server.database();
    await database.query(sql);
    const before = await (await database.connect()).fingerprint();
    const body = rest.startsWith('{')
      ? rest
          .slice(1, -1)
          .replace(/, (?=up:)/, '\n')
          .trim()
      : rest;
    expect((await refusal(await database.connect(), `table: t\n${body}`)).join('\n')).toMatch(expected);
    expect(await (await database.connect()).fingerprint()).toEqual(before);
  });
});

describe('beside writers', () => {
  const small = `CREATE TABLE t (id int PRIMARY KEY, a int, b text);
    INSERT INTO t SELECT g, g, 'x' FROM generate_series(1, 100) g`;
  const strict = `table: t
alter: ["ALTER TABLE t ADD CONSTRAINT t_small CHECK (a < 1000)"]`;

  async function begun(replace = strict) {
    const database = await server.database();
    await database.query(small);
    const replacing = await Replacing.begin(database, replace);
    await replacing.steps('expand');
    return { database, replacing, fresh: replacing.plan.backfills[0]?.carries?.into ?? '' };
  }

  it.each([
    ['deleted', 'DELETE FROM t WHERE id = 7', 'COMMIT', []],
    ['deleted, and it is not', 'DELETE FROM t WHERE id = 7', 'ROLLBACK', [[7, 7, 'x']]],
    ['changed', "UPDATE t SET b = 'newer' WHERE id = 7", 'COMMIT', [[7, 7, 'newer']]],
    ['changed, and it is not', "UPDATE t SET b = 'newer' WHERE id = 7", 'ROLLBACK', [[7, 7, 'x']]],
    ['given another key', 'UPDATE t SET id = 1007 WHERE id = 7', 'COMMIT', [[1007, 7, 'x']]],
    ['given a key in front', 'UPDATE t SET id = -7 WHERE id = 7', 'COMMIT', [[-7, 7, 'x']]],
    [
      'deleted and made anew',
      "DELETE FROM t WHERE id = 7; INSERT INTO t VALUES (7, 7, 'again')",
      'COMMIT',
      [[7, 7, 'again']],
    ],
  ])('a row that is being %s while it is copied', async (_what, sql, end, expected) => {
    const { database, replacing, fresh } = await begun();
    const writer = await database.client();
    await writer.query(`BEGIN; ${sql}`);
    const copied = replacing.carry('copy');
    await until('the copy waits for the writer', async () => {
      const waiting = await database.query('SELECT FROM pg_locks WHERE NOT granted');
      return waiting.length > 0;
    });
    await writer.query(end);
    await copied;
    const rows = await database.query(`SELECT * FROM ${fresh} WHERE a = 7`);
    expect(rows).toEqual(expected.map(([id, a, b]) => ({ id: String(id), a: String(a), b })));
    expect(await database.value(`SELECT count(*) FROM ${fresh}`)).toBe(String(99 + expected.length));
    expect(await replacing.carry('compare')).toMatchObject({ changed: 0 });
  });

  it('a row that a statement takes away and puts back is there, whichever of its triggers fires first', async () => {
    const { database, replacing } = await begun();
    await replacing.carry('copy');
    // The INSERT has enough, and ends, before the DELETE does.
    await database.query(`WITH gone AS (DELETE FROM t WHERE id IN (7, 8) RETURNING *)
      INSERT INTO t SELECT id, a, 'again' FROM gone LIMIT 1`);
    expect(await replacing.carry('compare')).toMatchObject({ visited: 99, changed: 0 });
  });

  it('rows change places in a unique column', async () => {
    const { database, replacing } = await begun(`table: t
alter: ["ALTER TABLE t ADD CONSTRAINT t_a_once UNIQUE (a)"]`);
    await replacing.carry('copy');
    await database.query('UPDATE t SET a = a + 1');
    expect(await replacing.carry('compare')).toMatchObject({ visited: 100, changed: 0 });
  });

  it('a write that the new table refuses succeeds, and ends the replacement', async () => {
    const { database, replacing } = await begun();
    await replacing.carry('copy');
    await database.query('UPDATE t SET a = 1000 WHERE id = 7');
    await expect(replacing.carry('compare')).rejects.toThrow(
      /the new table refuses 1 of the writes to public.t, the first with SQLSTATE 23514 \(t_small\)/,
    );
    await replacing.undo();
    expect(await database.query('SELECT a FROM t WHERE id = 7')).toEqual([{ a: '1000' }]);
  });

  it('a row that the new table refuses ends the copy, and none is lost', async () => {
    const { database, replacing } = await begun();
    await database.query(`ALTER TABLE t DISABLE TRIGGER ALL; UPDATE t SET a = 2000 WHERE id = 50`);
    await expect(replacing.carry('copy')).rejects.toThrow(/violates check constraint "t_small"/);
    await replacing.undo();
    expect(await database.value('SELECT count(*) FROM t')).toBe('100');
  });

  it('what differs all the same is found and mended, behind the last key as well', async () => {
    const { database, replacing, fresh } = await begun();
    await replacing.carry('copy');
    await database.query(`DELETE FROM ${fresh} WHERE id = 5; UPDATE ${fresh} SET b = NULL WHERE id = 6;
      UPDATE ${fresh} SET b = '' WHERE id = 7; INSERT INTO ${fresh} VALUES (101, 1, 'resurrected')`);
    expect(await replacing.carry('compare')).toMatchObject({ visited: 100, changed: 4 });
    await replacing.steps('switch');
    expect(await database.query(`SELECT count(*) AS n, count(b) AS b, max(id) AS last FROM t`)).toEqual([
      { n: '100', b: '100', last: '100' },
    ]);
  });

  it('values that the server takes for equal are told apart', async () => {
    const database = await server.database();
    await database.query(`CREATE COLLATION any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
      CREATE TABLE t (id int PRIMARY KEY, n numeric, f double precision, c text COLLATE any_case, v varchar(9),
        i interval, j jsonb, at timestamptz(3));
      INSERT INTO t SELECT g, 1.0, 0, 'a', 'v', '1 day', '{"n": 1.0}', 'epoch' FROM generate_series(1, 10) g`);
    const replacing = await Replacing.begin(
      database,
      'table: t\nalter: [ALTER TABLE t ALTER COLUMN id TYPE bigint]',
    );
    await replacing.steps('expand');
    await replacing.carry('copy');
    const fresh = replacing.plan.backfills[0]?.carries?.into;
    const equals = ['n = 1.00', "f = '-0'", "c = 'A'", "i = '24 hours'", `j = '{"n": 1.00}'`];
    const others = ["v = 'w'", "at = '1970-01-01 00:00:00.001Z'", 'v = NULL'];
    for (const [index, change] of [...equals, ...others].entries()) {
      await database.query(`UPDATE ${fresh} SET ${change} WHERE id = ${index + 1}`);
    }
    expect(await replacing.carry('compare')).toMatchObject({ visited: 10, changed: 8 });
    expect(await database.value(`SELECT string_agg(n::text || c || f::text, ',') FROM ${fresh}`)).toBe(
      Array(10).fill('1.0a0').join(','),
    );
  });

  it('an expression that gives another value each time is not switched to', async () => {
    const { replacing } = await begun(`table: t
alter: ["ALTER TABLE t ADD COLUMN at timestamptz"]
up: { at: clock_timestamp() }`);
    await replacing.carry('copy');
    await expect(replacing.carry('compare')).rejects.toThrow(/an expression gives another value each time/);
  });

  it('nothing is switched after a trigger was off', async () => {
    const { database, replacing } = await begun();
    await replacing.carry('copy');
    await replacing.carry('compare');
    await database.query('ALTER TABLE t DISABLE TRIGGER ALL');
    await expect(replacing.steps('switch')).rejects.toThrow(
      /a trigger that carries the writes .* switched off/,
    );
  });

  it('TRUNCATE is carried, and so is what a session without triggers writes', async () => {
    const { database, replacing, fresh } = await begun();
    await replacing.carry('copy');
    await database.queries(
      'TRUNCATE t',
      'SET session_replication_role = replica',
      "INSERT INTO t VALUES (1, 2, 'y')",
    );
    expect(await database.query(`SELECT * FROM ${fresh}`)).toEqual([{ id: '1', a: '2', b: 'y' }]);
  });

  it('a transaction that does not see a row carried since is to be repeated when it deletes that', async () => {
    const { database, replacing, fresh } = await begun();
    const writer = await database.client();
    await writer.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM t');
    await replacing.carry('copy');
    await expect(writer.query('DELETE FROM t WHERE id = 9')).rejects.toMatchObject({ code: '40001' });
    await writer.query('ROLLBACK');
    await database.query('DELETE FROM t WHERE id = 9');
    expect(await database.value(`SELECT count(*) FROM ${fresh} WHERE id = 9`)).toBe('0');
  });

  it('a session that sees the database as it was before is waited for', async () => {
    const { database, replacing } = await begun();
    const reader = await database.client();
    await reader.query('CREATE TABLE u ()');
    await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM u');
    await replacing.carry('copy');
    const [swap] = replacing.plan.steps.filter((step) => step.phase === 'switch');
    if (swap === undefined) throw new Error('no swap');
    const options = attempt(replacing.fence);
    expect(await replacing.connected.attemptStep(swap, options)).toMatchObject({ kind: 'locked' });
    await reader.query('COMMIT');
    expect(await replacing.connected.attemptStep(swap, options)).toMatchObject({ kind: 'done' });
  });

  it('the old table comes back with all that was written since, or not at all', async () => {
    const { database, replacing } = await begun();
    await replacing.carry('copy');
    await replacing.steps('switch');
    await database.query(
      `INSERT INTO t VALUES (101, 1, 'new'); UPDATE t SET id = 200 WHERE id = 1; DELETE FROM t WHERE id = 2`,
    );
    const [prove] = replacing.plan.rollback.undo;
    if (prove === undefined) throw new Error('no proof');
    const kept = /ALTER TABLE (\S+) SET SCHEMA "public"/.exec(
      replacing.plan.rollback.undo[1]?.statements.join('\n') ?? '',
    )?.[1];
    await database.query(`BEGIN; DELETE FROM ${kept} WHERE id = 3; COMMIT`);
    await expect(replacing.step(prove)).rejects.toThrow(/1 rows differ between the new and the old table/);
    await database.query(`INSERT INTO ${kept} VALUES (3, 3, 'x')`);
    await replacing.undo();
    expect(await database.query('SELECT count(*) AS n, max(id) AS last, min(id) AS first FROM t')).toEqual([
      { n: '100', last: '200', first: '3' },
    ]);
  });
});
