import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reasonWithoutMysql } from '../support/mysql.ts';
import { startWorld, type World } from '../support/platform.ts';
import { mysqlDatabase } from '../support/world-database.ts';
import { minutes } from './campaigns.ts';
import { mysqlExpandAndContract, mysqlSchema } from './mysql-scenarios.ts';
import { runScenario } from './run-scenario.ts';
import { strikeEverywhere } from './strike-everywhere.ts';

describe.each(['mariadb', 'mysql'] as const)('on %s', (kind) => {
  let world: World;
  let missing: string | null = null;
  beforeAll(async () => {
    missing = await reasonWithoutMysql(kind);
    if (missing !== null) return;
    world = await startWorld({ schema: mysqlSchema, database: mysqlDatabase(kind) });
  });
  afterAll(() => world?.stop());

  test('a run ends the same wherever its workers are killed', { timeout: 15 * minutes }, async (context) => {
    if (missing !== null) return context.skip(missing);
    const { undisturbed, places, runs } = await strikeEverywhere(
      world,
      mysqlExpandAndContract,
      'kill between',
    );
    console.log(`${kind}: ${places} boundaries, each killed once; ${runs} runs`);
    const { end } = undisturbed;
    expect(end).toMatchObject({
      verdict: 'SUCCEEDED',
      runs: ['042 up SUCCEEDED'],
      partitions: ['b1-p0001 1 500 498'],
      triggers: [],
      sessions: [],
      columns: ['id bigint not null', 'email varchar not null', 'email_verified tinyint not null'],
    });
    expect(end.rows[0]).toMatch(/^502 rows/);
  });

  test('a run ends the same when the reply to any one effect is lost', {
    timeout: 15 * minutes,
  }, async (context) => {
    if (missing !== null) return context.skip(missing);
    const { undisturbed, places, runs } = await strikeEverywhere(world, mysqlExpandAndContract, 'sever');
    console.log(`${kind}: ${places} replies, each lost once; ${runs} runs`);
    expect(undisturbed.end.verdict).toBe('SUCCEEDED');
  });

  test('a run ends the same when every invocation is delivered twice', {
    timeout: 5 * minutes,
  }, async (context) => {
    if (missing !== null) return context.skip(missing);
    const once = await runScenario(world, mysqlExpandAndContract);
    const database = mysqlDatabase(kind);
    const twice = await startWorld({ schema: mysqlSchema, database, lambda: { deliverTwice: true } });
    try {
      const both = await runScenario(twice, mysqlExpandAndContract);
      expect(both.deliveries).toBeGreaterThan(1.5 * once.deliveries);
      expect(both.end).toEqual(once.end);
    } finally {
      await twice.stop();
    }
  });
});
