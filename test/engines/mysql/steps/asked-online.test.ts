import { expect, it } from 'vitest';
import { makePlan } from '../../../../src/app/make-plan.ts';
import type { Effects } from '../../../../src/app/ports/effects.ts';
import { runId } from '../../../../src/core/ids.ts';
import type { Migration } from '../../../../src/core/migration.ts';
import type { Plan, Step } from '../../../../src/core/plan/plan.ts';
import type { Target } from '../../../../src/core/target.ts';
import { createMySqlEngine } from '../../../../src/engines/mysql/engine.ts';
import { RealClock } from '../../../../src/local/clock/real-clock.ts';
import { migrationOf, sha256 } from '../../../support/planning.ts';
import { migration } from '../../../support/statements.ts';
import type { TestDatabase } from '../../contract/world.ts';
import { attempt, enter } from '../../postgres/support.ts';
import { everyMysql } from '../support.ts';

const done = { kind: 'done', alreadyDone: false };
const target: Target = {
  name: 'shop',
  engine: 'mysql',
  secret: 'none',
  database: 'shop',
  tls: 'off',
  restore: 'automatic',
};

/** Counts what is sent for steps. */
function counting(): Effects & { readonly sent: string[] } {
  const sent: string[] = [];
  return {
    sent,
    around: (name, act) => {
      if (name.startsWith('step ')) sent.push(name);
      return act();
    },
  };
}

everyMysql('a change of a table, planned and carried out,', (kind, database) => {
  async function opened(): Promise<TestDatabase> {
    const one = await database();
    await one.query(
      `CREATE TABLE t (id int PRIMARY KEY, a int, n int NOT NULL, s varchar(10)) CHARACTER SET utf8mb4`,
      `INSERT INTO t VALUES (1, 1, 1, 'x')`,
    );
    return one;
  }

  function planned(on: TestDatabase, up: string, down?: string): Promise<Plan> {
    const plain = { path: 'V1__x.sql', text: up };
    const back = down === undefined ? null : { path: 'U1__x.sql', text: down };
    return plannedOf(on, migration({ up: plain, down: back }));
  }

  async function plannedOf(on: TestDatabase, of: Migration): Promise<Plan> {
    const engine = createMySqlEngine({ effects: counting(), clock: new RealClock() });
    return makePlan(engine, await on.connect(), target, of, 'up', sha256);
  }

  const columnType = async (on: TestDatabase, name: string) =>
    (
      await on.query<{ type: string }>(
        `SELECT column_type AS type FROM information_schema.columns
         WHERE table_schema = DATABASE() AND table_name = 't' AND column_name = '${name}'`,
      )
    )[0]?.type;

  it('is done in the best way, at once', async () => {
    const on = await opened();
    const { steps, findings, settings } = await planned(on, 'ALTER TABLE t ADD COLUMN c int');
    expect(settings.concurrentLockTimeoutMs).toBe(settings.lockTimeoutMs);
    const best = kind === 'mariadb' ? 'ALGORITHM=INSTANT' : 'ALGORITHM=INPLACE, LOCK=NONE';
    expect(steps[0]?.attempts?.[0]).toBe(`ALTER TABLE t ADD COLUMN c int, ${best}`);
    expect(findings.find(({ rule }) => rule === 'online-clauses')?.message).toContain(best);
    const effects = counting();
    const connected = await on.connect({ effects });
    const fence = await enter(connected);
    expect(await connected.attemptStep(only(steps), attempt(fence))).toEqual(done);
    expect(effects.sent).toHaveLength(1);
    expect(await columnType(on, 'c')).toMatch(/^int/);
  });

  it('is done in the next way that the plan allows, where the server refuses the better ones', async () => {
    const on = await opened();
    // Of a table with a hidden document number, or kept compressed, no row can be read in an older shape.
    await on.query('ALTER TABLE t ROW_FORMAT=COMPRESSED');
    const { steps } = await planned(on, 'ALTER TABLE t ADD COLUMN c int');
    const effects = counting();
    const connected = await on.connect({ effects });
    const fence = await enter(connected);
    expect(await connected.attemptStep(only(steps), attempt(fence))).toEqual(done);
    expect(effects.sent).toHaveLength(kind === 'mariadb' ? 3 : 1);
    expect(await columnType(on, 'c')).toMatch(/^int/);
  });

  it('is never done by a copy that the plan does not allow', async () => {
    const on = await opened();
    const { steps } = await planned(on, 'ALTER TABLE t MODIFY a bigint');
    const connected = await on.connect();
    const fence = await enter(connected);
    await expect(connected.attemptStep(only(steps), attempt(fence))).rejects.toMatchObject({
      class: 'fatal',
      code: 'would-copy',
      message: expect.stringContaining('ALGORITHM=COPY'),
      remedy: expect.stringContaining('ALGORITHM=COPY'),
    });
    expect(await columnType(on, 'a')).toMatch(/^int/);
    expect(await connected.journal(runId('run-1'))).toEqual([]);
  });

  const copies =
    'ALTER TABLE t MODIFY a bigint, ALGORITHM=COPY; ALTER TABLE t CONVERT TO CHARACTER SET latin1';

  it('is a copy that a person has to agree to, unless the table is small', async () => {
    const on = await opened();
    expect((await planned(on, copies)).approvalReasons).toEqual([]);
    // 65,536 rows, two megabytes.
    for (let rows = 1; rows < 65_536; rows *= 2) {
      await on.query(`INSERT INTO t SELECT id + ${rows}, a, n, s FROM t`);
    }
    await on.query('ANALYZE TABLE t');
    expect((await planned(on, copies)).approvalReasons).toEqual([
      expect.stringContaining('blocks-writers'),
      expect.stringContaining('blocks-writers'),
    ]);
  });

  it('is done by a copy where its author says so, or nothing else goes', async () => {
    const on = await opened();
    const { steps } = await planned(on, copies);
    expect(steps.map(({ attempts }) => attempts)).toEqual([undefined, undefined]);
    const connected = await on.connect();
    const fence = await enter(connected);
    for (const step of steps) expect(await connected.attemptStep(step, attempt(fence))).toEqual(done);
    expect(await columnType(on, 'a')).toMatch(/^bigint/);
  });

  it('is taken back by a copy where nothing else goes', async () => {
    const on = await opened();
    const { steps, rollback } = await planned(
      on,
      'ALTER TABLE t MODIFY s varchar(20)',
      'ALTER TABLE t MODIFY s varchar(10)',
    );
    const [undo] = rollback.undo;
    expect(undo?.attempts?.at(-1)).toBe('ALTER TABLE t MODIFY s varchar(10)');
    const connected = await on.connect();
    const fence = await enter(connected);
    expect(await connected.attemptStep(only(steps), attempt(fence))).toEqual(done);
    if (undo === undefined) return expect.fail('there is no undo');
    expect(await connected.attemptStep(undo, attempt(fence))).toEqual(done);
    expect(await columnType(on, 's')).toBe('varchar(10)');
  });

  it('is planned with a look at the rights that its triggers take', async () => {
    const on = await opened();
    const { checks } = await planned(on, 'CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET @x = 1');
    expect(checks.before).toContainEqual({ check: 'privileges', tables: ['t'], makes: ['trigger'] });
  });

  it('is refused before it begins where values are computed from each other', async () => {
    const manifest = 'backfill: [{ table: t, set: { a: "n", n: "a" } }]\nrollback: { policy: none }\n';
    const of = migrationOf({ 'V1__x.sql': 'ALTER TABLE t ADD COLUMN c int', 'V1__x.yaml': manifest });
    await expect(plannedOf(await opened(), of)).rejects.toMatchObject({
      problems: expect.arrayContaining([
        expect.objectContaining({
          path: 'backfill[0].set',
          message: expect.stringContaining('a and n are computed from each other'),
        }),
      ]),
    });
  });

  it('tells of no instant versions where the server counts none', async () => {
    const on = await opened();
    const { tables } = await (await on.connect()).facts(['t']);
    expect(tables.t).not.toHaveProperty('instantChangesLeft');
  });
});

function only(steps: readonly Step[]): Step {
  const [step] = steps;
  if (step === undefined || steps.length > 1) throw new Error(`${steps.length} steps`);
  return step;
}
