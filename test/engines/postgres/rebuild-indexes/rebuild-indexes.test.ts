import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makePlan } from '../../../../src/app/make-plan.ts';
import type { Database } from '../../../../src/app/ports/engine.ts';
import { runId } from '../../../../src/core/ids.ts';
import type { Plan, Step } from '../../../../src/core/plan/plan.ts';
import { migrationOf, postgres, problemsOf, sha256 } from '../../../support/planning.ts';
import { attempt, enter, type TestDatabase, TestServer } from '../support.ts';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterEach(() => server.closeAll());
afterAll(() => server?.stop());

const tables = `
CREATE EXTENSION btree_gist;
CREATE SCHEMA own;
CREATE FUNCTION own.day(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT left($1, 10)';
CREATE TABLE sensors (id int PRIMARY KEY);
INSERT INTO sensors SELECT generate_series(1, 10);
CREATE TABLE measurements (
  id bigint PRIMARY KEY,
  sensor int NOT NULL REFERENCES sensors ON DELETE CASCADE,
  taken text NOT NULL,
  slot int4range,
  value float
);
INSERT INTO measurements SELECT n, 1 + n % 10, '2024-01-01 ' || n, int4range(n, n + 1), n FROM generate_series(1, 300) n;
CREATE INDEX by_value ON measurements USING brin (value) WITH (pages_per_range = 16) WHERE value > 10;
CREATE INDEX "By ""Day" ON measurements (own.day(taken) DESC NULLS LAST) INCLUDE (value);
CREATE INDEX by_sensor ON measurements (sensor);
COMMENT ON INDEX by_sensor IS 'the operator''s favourite';`;

async function begin(more = '') {
  const database = await server.database();
  await database.query(`${tables}${more}`);
  return { database, connected: await database.connect() };
}

const target = {
  name: 'shop',
  engine: 'postgres',
  secret: 's',
  database: 'app',
  tls: 'off',
  restore: 'ask',
} as const;

const planOf = (connected: Database, rebuild: string, files: Record<string, string> = {}): Promise<Plan> =>
  makePlan(
    postgres,
    connected,
    target,
    migrationOf({ 'V7__load.yaml': `rebuild_indexes: ${rebuild}\n`, ...files }),
    'up',
    sha256,
  );

const refusal = (connected: Database, rebuild: string): Promise<readonly string[]> =>
  problemsOf(planOf(connected, rebuild));

const indexesOf = async (database: TestDatabase): Promise<readonly string[]> => {
  const rows = await database.query<{ line: string }>(
    `SELECT concat_ws(' ', indexrelid::regclass, CASE WHEN NOT indisvalid THEN 'invalid' END) AS line
     FROM pg_index WHERE indrelid = 'measurements'::regclass ORDER BY 1`,
  );
  return rows.map(({ line }) => line);
};

/** A run of a plan, taken from step to step by the test. */
async function enterRun(connected: Database, plan: Plan) {
  const fence = await enter(connected, run, 1, plan);
  const carryOut = async (steps: readonly Step[]): Promise<void> => {
    for (const step of steps) {
      const outcome = await connected.attemptStep(step, attempt(fence, { waitMs: 20_000 }));
      expect(outcome).toMatchObject({ kind: 'done' });
    }
  };
  return {
    fence,
    carryOut,
    /** As a run does it: what undoes nothing is left out. */
    async goBack(): Promise<void> {
      const journal = (await connected.journal(run)).map(({ step }) => step);
      await carryOut(plan.rollback.undo.filter(({ undoes }) => undoes.some((id) => journal.includes(id))));
    },
  };
}

const titles = (steps: readonly Step[]): readonly string[] => steps.map(({ title }) => title);

const run = runId('run-1');
const all = '{ table: measurements }';
const load = {
  'V7__load.sql': "INSERT INTO measurements SELECT n, 1, '2024', NULL, n FROM generate_series(301, 600) n;",
  'U7__load.sql': 'DELETE FROM measurements WHERE id > 300;',
};

describe('the plan', () => {
  it('drops what can go, then loads, then builds: first what a foreign key needs', async () => {
    const { connected } = await begin();
    const { steps, rollback, indexRebuild } = await planOf(connected, all, load);
    expect(titles(steps)).toEqual([
      'drop index public."By ""Day", to be built again',
      'drop index public.by_value, to be built again',
      'drop index public.by_sensor, to be built again',
      expect.stringMatching(/^INSERT INTO measurements/),
      'build index public.by_sensor again',
      expect.stringMatching(/^COMMENT ON INDEX/),
      'build index public.by_value again',
      'build index public."By ""Day" again',
    ]);
    expect(steps.map(({ phase }) => phase)).toEqual(Array(8).fill('expand'));
    expect(titles(rollback.undo)[0]).toMatch(/^DELETE/);
    expect(rollback.undo.slice(1).map(({ undoes }) => undoes.join())).toEqual([
      'expand-3',
      'expand-3',
      'expand-2',
      'expand-1',
    ]);
    expect(indexRebuild?.kept).toEqual([{ name: 'measurements_pkey', because: 'it is the primary key' }]);
  });

  it('builds after the last row where a backfill brings the rows', async () => {
    const { connected } = await begin();
    const backfill = 'backfill: [{ table: measurements, set: { value: "value + 1" } }]';
    const { steps } = await planOf(connected, `${all}\n${backfill}`, { 'U7__load.sql': 'SELECT 1;' });
    expect(steps.map(({ phase }) => phase)).toEqual([...Array(3).fill('expand'), ...Array(4).fill('switch')]);
  });

  it('needs no down script where nothing but the indexes goes', async () => {
    const { connected } = await begin();
    const { approvalReasons, rollback } = await planOf(connected, all);
    expect(approvalReasons).toEqual([]);
    expect(rollback.notUndone).toEqual([]);
  });

  const stays: readonly (readonly [what: string, sql: string, name: string, because: string])[] = [
    [
      'a unique index',
      'CREATE UNIQUE INDEX i ON measurements (value)',
      'i',
      'without it nothing refuses a row that is there twice',
    ],
    [
      'that of a unique constraint',
      'ALTER TABLE measurements ADD CONSTRAINT i UNIQUE (value)',
      'i',
      'it serves the unique constraint i',
    ],
    [
      'the primary key, whatever its name',
      'ALTER INDEX measurements_pkey RENAME TO i',
      'i',
      'it is the primary key',
    ],
    [
      'that of an exclusion',
      'ALTER TABLE measurements ADD CONSTRAINT i EXCLUDE USING gist (slot WITH &&)',
      'i',
      'it serves the exclusion constraint i',
    ],
    [
      'what a foreign key refers to',
      'CREATE UNIQUE INDEX i ON measurements (value); CREATE TABLE r (v float CONSTRAINT r_v REFERENCES measurements (value))',
      'i',
      'foreign key r_v refers to its columns',
    ],
    [
      'the replica identity',
      'CREATE UNIQUE INDEX i ON measurements (sensor, id); ALTER TABLE measurements REPLICA IDENTITY USING INDEX i',
      'i',
      'it is the replica identity of the table',
    ],
    [
      'what the table is clustered by',
      'CLUSTER measurements USING by_sensor',
      'by_sensor',
      'the table is clustered by it',
    ],
    [
      'an index with statistics targets',
      'ALTER INDEX "By ""Day" ALTER COLUMN 1 SET STATISTICS 500',
      'By "Day',
      'its columns have statistics targets of their own',
    ],
    [
      'an index of an extension',
      'ALTER INDEX by_value DEPENDS ON EXTENSION btree_gist',
      'by_value',
      'it depends on an extension',
    ],
  ];

  it.each(stays)('keeps %s, and refuses to drop it by name', async (_, sql, name, because) => {
    const { connected } = await begin(sql);
    const { indexRebuild } = await planOf(connected, all);
    expect(indexRebuild?.kept).toContainEqual({ name, because });
    expect(await refusal(connected, `{ table: measurements, indexes: ['${name}'] }`)).toEqual([
      expect.stringContaining(`index ${name} has to stay: ${because}`),
    ]);
  });

  it.each([
    [
      'a table that is not there',
      '{ table: measurement }',
      'there is no table measurement in the database; did you mean measurements?',
    ],
    [
      'an index that is not there',
      '{ table: measurements, indexes: [by_valu] }',
      'table public.measurements has no index by_valu; did you mean by_value?',
    ],
    [
      'a table without an index that could go',
      '{ table: sensors }',
      'public.sensors has no index that could go',
    ],
    ['a partitioned table', '{ table: parted }', 'public.parted is no ordinary table'],
  ])('refuses %s', async (_, rebuild, says) => {
    const { connected } = await begin('CREATE TABLE parted (id int) PARTITION BY RANGE (id)');
    expect(await refusal(connected, rebuild)).toEqual([expect.stringContaining(says)]);
  });
});

describe('the indexes', () => {
  it('are gone while rows are loaded, and are afterwards what they were', async () => {
    const { database, connected } = await begin();
    const plan = await planOf(connected, all, load);
    const before = await indexesOf(database);
    const { carryOut } = await enterRun(connected, plan);
    await carryOut(plan.steps.slice(0, 4));
    expect(await indexesOf(database)).toEqual(['measurements_pkey']);
    await carryOut(plan.steps.slice(4));
    expect(await indexesOf(database)).toEqual(before);
    expect(await database.value('SELECT count(*) FROM measurements')).toBe('600');
    expect((await connected.fingerprint()).hash).toBe(plan.schemaFingerprint);
  });

  it('come back from every point of the way, and the schema is what it was', async () => {
    for (let done = 1; done <= 8; done++) {
      const { database, connected } = await begin();
      const plan = await planOf(connected, all, load);
      const { carryOut, goBack } = await enterRun(connected, plan);
      await carryOut(plan.steps.slice(0, done));
      await goBack();
      expect((await connected.fingerprint()).hash, `after ${done} steps`).toBe(plan.schemaFingerprint);
      expect(await database.value('SELECT count(*) FROM measurements')).toBe('300');
    }
  });

  it.each([
    ['drop', 0, 0],
    ['build', 8, 7],
  ])('come back whole where a %s was interrupted and left one that no query can use', async (_, done, at) => {
    const { database, connected } = await begin();
    const plan = await planOf(connected, all, load);
    const { carryOut, goBack, fence } = await enterRun(connected, plan);
    await carryOut(plan.steps.slice(0, done));
    // As the server leaves it: the intent is written, and the index is there and not valid.
    await database.query(
      `INSERT INTO lockkeeper.step (run_id, step, title, state, note, fence)
       VALUES ('run-1', $1, '', 'intended', '{"present":true,"leftovers":[]}', $2)
       ON CONFLICT (run_id, step) DO UPDATE SET state = 'intended'`,
      [plan.steps[at]?.id, fence],
    );
    await database.query(
      `UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'public."By ""Day"'::regclass`,
    );
    await goBack();
    expect(await indexesOf(database)).not.toContainEqual(expect.stringContaining('invalid'));
    expect((await connected.fingerprint()).hash).toBe(plan.schemaFingerprint);
  });

  it('an invalid index that the run has not touched is left alone on the way back', async () => {
    const { database, connected } = await begin();
    const plan = await planOf(connected, all, load);
    const { fence } = await enterRun(connected, plan);
    await database.query(`UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'by_value'::regclass`);
    const back = plan.rollback.undo.find(({ title }) => title === 'bring index public.by_value back');
    if (back === undefined) throw new Error('no way back');
    await expect(connected.attemptStep(back, attempt(fence))).rejects.toThrow('was there before this run');
    expect(await indexesOf(database)).toContain('by_value invalid');
  });

  it('can be brought back by hand from the ledger alone', async () => {
    const { database, connected } = await begin();
    const plan = await planOf(connected, all, load);
    const before = await indexesOf(database);
    const { carryOut } = await enterRun(connected, plan);
    await carryOut(plan.steps.slice(0, 4));
    const written = await database.query<{ statement: string }>(
      `SELECT undo->'statements'->>-1 AS statement
       FROM lockkeeper.run, jsonb_array_elements(plan->'rollback'->'undo') AS undo
       WHERE concluded_at IS NULL AND undo->>'title' LIKE 'bring index %'`,
    );
    for (const { statement } of written) await database.query(statement);
    expect(await indexesOf(database)).toEqual(before);
  });

  it('come again in the tablespace in which they were', async () => {
    const { database } = await begin();
    await database.queries(
      'SET allow_in_place_tablespaces = on',
      `CREATE TABLESPACE elsewhere LOCATION ''`,
      'ALTER INDEX by_value SET TABLESPACE elsewhere',
      // Where those go of which nothing is said.
      `ALTER DATABASE "${database.login.database}" SET default_tablespace = elsewhere`,
    );
    const connected = await database.connect();
    const plan = await planOf(connected, all);
    const { carryOut } = await enterRun(connected, plan);
    await carryOut(plan.steps);
    const where = `SELECT string_agg(c.relname, ' ')
      FROM pg_class c JOIN pg_tablespace s ON s.oid = c.reltablespace JOIN pg_index i ON i.indexrelid = c.oid
      WHERE s.spcname = 'elsewhere' AND i.indrelid = 'measurements'::regclass`;
    expect(await database.value(where)).toBe('by_value');
  });
});
