import { createHash } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makePlan } from '../../../src/app/make-plan.ts';
import { plainEffects } from '../../../src/app/ports/effects.ts';
import { findMigration } from '../../../src/app/prepare.ts';
import { demoSize } from '../../../src/cli/demo/data.ts';
import { postgresDialect } from '../../../src/cli/demo/postgres/dialect.ts';
import { demoMigrations, shows } from '../../../src/cli/demo/scenarios.ts';
import type { Migration } from '../../../src/core/migration.ts';
import type { Plan } from '../../../src/core/plan/plan.ts';
import { createPostgresEngine } from '../../../src/engines/postgres/engine.ts';
import { loadFolder } from '../../../src/formats/load-folder.ts';
import { RealClock } from '../../../src/local/clock/real-clock.ts';
import { startPostgres, type TestPostgres } from '../../support/postgres.ts';
import { loginOf } from './login.ts';

const engine = createPostgresEngine({ effects: plainEffects, clock: new RealClock() });
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

let server: TestPostgres;
let migrations: readonly Migration[];

beforeAll(async () => {
  server = await startPostgres();
  ({ migrations } = await loadFolder(
    demoMigrations(join(import.meta.dirname, '../../..'), shows.migrations, postgresDialect),
  ));
});
afterAll(() => server.stop());

const demoScenarios = shows.migrations.scenarios;

const scenario = (name: string) => {
  const found = demoScenarios.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no scenario ${name}`);
  return found;
};

/** Loads the data and plans a scenario's migration for a target that has snapshots. */
async function plan(name: string) {
  const { url } = await server.createDatabase();
  const login = loginOf(url);
  await postgresDialect.load(login, demoSize(2_000));
  const database = await engine.connect(
    { ...login, tls: { mode: 'off' } },
    { runId: 'none', role: 'plan' },
    new AbortController().signal,
  );
  const target = {
    name: 'demo',
    engine: 'postgres',
    secret: 's',
    instance: 'demo',
    tls: 'off',
    restore: 'automatic',
  } as const;
  const migration = findMigration(migrations, scenario(name).migration);
  const made = await makePlan(engine, database, target, migration, 'up', sha256);
  return { url, database, plan: made, close: () => database.close() };
}

/** Carries out the author's own statements of some phases, as the steps would. */
async function carryOut(url: string, plan: Plan, ...phases: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const step of plan.steps) {
      if (step.source === null || !phases.includes(step.phase)) continue;
      for (const statement of step.statements) await client.query(statement);
    }
    if (!phases.includes('undo')) return;
    for (const step of plan.rollback.undo) {
      if (step.source !== null) for (const statement of step.statements) await client.query(statement);
    }
  } finally {
    await client.end();
  }
}

const titles = (plan: Plan, phase: string): string[] =>
  plan.steps.filter((step) => step.phase === phase).map((step) => step.title);

describe('the demo scenarios', () => {
  it('are the three ways a migration ends well', () => {
    expect(demoScenarios.map(({ migration, expected }) => [migration, expected])).toEqual([
      ['1', 'SUCCEEDED'],
      ['2', 'ROLLED_BACK'],
      ['3', 'RESTORED'],
    ]);
    expect(migrations.map(({ version, down }) => [version, down !== null])).toEqual([
      ['1', true],
      ['2', true],
      ['3', true],
    ]);
  });

  it('ask for consent beforehand exactly where the demo gives it', async () => {
    for (const { name, acceptRisk } of demoScenarios) {
      const { plan: made, close } = await plan(name);
      await close();
      expect([name, made.approvalReasons.length > 0]).toEqual([name, acceptRisk !== null]);
      expect(made.restorePoint.take).toBe(true);
      expect(made.rollback.notUndone).toEqual([]);
    }
  });

  it('the verified e-mail: lets old code insert until the deployment, then spares the scan under lock', async () => {
    const { plan: made, url, close } = await plan('expand-contract');
    await close();
    expect(made.gate).toEqual({ opens: 'deployment' });
    expect(titles(made, 'expand')).toEqual([
      'ALTER TABLE users ADD COLUMN email_verified boolean',
      'CREATE INDEX CONCURRENTLY idx_users_email_verified ON users (email_verified)',
      expect.stringMatching(/^CREATE OR REPLACE FUNCTION "lockkeeper"\./),
    ]);
    expect(titles(made, 'contract').map((title) => title.replace(/ CHECK.*/, ''))).toEqual([
      expect.stringMatching(/^DROP TRIGGER/),
      'ALTER TABLE users ADD CONSTRAINT users_email_verified_set',
      'ALTER TABLE users VALIDATE CONSTRAINT users_email_verified_set',
      'ALTER TABLE users ALTER COLUMN email_verified SET NOT NULL',
      'ALTER TABLE users DROP CONSTRAINT users_email_verified_set',
      'ALTER TABLE users DROP COLUMN email_confirmation_token',
    ]);
    await carryOut(url, made, 'expand');
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(
      `INSERT INTO users (email, email_confirmation_token) VALUES ('old@example.com', 'token')`,
    );
    await client.query('UPDATE users SET email_verified = email_confirmation_token IS NULL');
    await client.end();
    await carryOut(url, made, 'contract');
  });

  it.each(['expand-contract', 'rolled-back'])(
    '%s: its down file leaves the schema as it was',
    async (name) => {
      const { plan: made, url, database, close } = await plan(name);
      await carryOut(url, made, 'expand');
      expect((await database.fingerprint()).hash).not.toBe(made.schemaFingerprint);
      await carryOut(url, made, 'undo');
      expect((await database.fingerprint()).hash).toBe(made.schemaFingerprint);
      await close();
    },
  );

  it('rolled-back: its last check fails, and only that', async () => {
    const { plan: made, url, database, close } = await plan('rolled-back');
    const baseline = { orders: await database.readRowCount('orders') };
    await carryOut(url, made, 'expand');
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const backfill = made.backfills[0];
    const region = backfill !== undefined && 'set' in backfill ? backfill.set.region : '';
    await client.query(`UPDATE orders SET region = ${region}`);
    await client.end();
    const outcomes = [];
    for (const check of made.checks.after) outcomes.push((await database.check(check, baseline)).outcome);
    await close();
    expect(outcomes).toEqual(['passed', 'passed', 'failed']);
  });

  it('restored: fails only after the data is gone', async () => {
    const { plan: made, url, close } = await plan('restored');
    await close();
    expect(made.gate).toEqual({ opens: 'immediately' });
    expect(made.steps.map((step) => step.destroys)).toEqual([true, false, false]);
    await expect(carryOut(url, made, 'contract')).rejects.toThrow(/orders_amount_not_negative.* is violated/);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query(
      `SELECT 1 FROM information_schema.columns WHERE table_name = 'orders' AND column_name = 'note'`,
    );
    await client.end();
    expect(rows).toEqual([]);
  });
});
