import { expect } from 'vitest';
import { makePlan } from '../../../../src/app/make-plan.ts';
import type { Database } from '../../../../src/app/ports/engine.ts';
import { RetryableError } from '../../../../src/core/errors.ts';
import { runId } from '../../../../src/core/ids.ts';
import type { Backfill, Plan, Step } from '../../../../src/core/plan/plan.ts';
import { migrationOf, postgres, problemsOf, sha256 } from '../../../support/planning.ts';
import { attempt, enter, type TestDatabase } from '../support.ts';

export const run = runId('run-1');

const target = {
  name: 'shop',
  engine: 'postgres',
  secret: 's',
  database: 'app',
  tls: 'off',
  restore: 'ask',
} as const;

/** The plan for a manifest's `replace`, made on the server. */
export const planOf = (connected: Database, replace: string): Promise<Plan> =>
  makePlan(
    postgres,
    connected,
    target,
    migrationOf({ 'V7__replace.yaml': `replace:\n${replace.replaceAll(/^/gm, '  ')}\n` }),
    'up',
    sha256,
  );

/** What is said against a plan. */
export const refusal = (connected: Database, replace: string): Promise<readonly string[]> =>
  problemsOf(planOf(connected, replace));

/** A replacement under way, taken from phase to phase by the test. */
export class Replacing {
  readonly plan: Plan;
  readonly connected: Database;
  readonly fence: number;

  readonly #database: TestDatabase;

  private constructor(database: TestDatabase, plan: Plan, connected: Database, fence: number) {
    this.#database = database;
    this.plan = plan;
    this.connected = connected;
    this.fence = fence;
  }

  static async begin(database: TestDatabase, replace: string): Promise<Replacing> {
    const connected = await database.connect();
    expect(await refusal(connected, replace)).toEqual([]);
    const plan = await planOf(connected, replace);
    return new Replacing(database, plan, connected, await enter(connected, 'run-1', 1, plan));
  }

  async steps(phase: 'expand' | 'switch' | 'contract'): Promise<void> {
    for (const step of this.plan.steps) if (step.phase === phase) await this.step(step);
  }

  /** Until it is done: locks that writers hold for a while are asked for again. */
  async step(step: Step): Promise<void> {
    for (let tries = 0; tries < 200; tries++) {
      const outcome = await this.connected.attemptStep(
        step,
        attempt(this.fence, { lockTimeoutMs: step.lockTimeoutMs ?? 300 }),
      );
      if (outcome.kind === 'done') return;
      await new Promise((resolve) => setImmediate(resolve));
    }
    throw new Error(`${step.id} did not get its lock`);
  }

  /** As a slice does it: a batch that a writer is in the way of is made again, with fewer rows. */
  async carry(does: 'copy' | 'compare', rows = 100): Promise<{ visited: number; changed: number }> {
    const backfill = this.plan.backfills.find((each) => each.carries?.does === does);
    if (backfill === undefined) throw new Error(`nothing to ${does}`);
    const connected = await this.#database.connect({ role: does });
    try {
      return await carryThrough(connected, this.fence, backfill, rows);
    } finally {
      await connected.close();
    }
  }

  async undo(): Promise<void> {
    const journal = new Set((await this.connected.journal(run)).map(({ step }) => step));
    for (const step of this.plan.rollback.undo)
      if (step.undoes.some((forward) => journal.has(forward))) await this.step(step);
    expect((await this.connected.fingerprint()).hash).toBe(this.plan.schemaFingerprint);
  }
}

async function carryThrough(
  connected: Database,
  fence: number,
  backfill: Backfill,
  rows: number,
): Promise<{ visited: number; changed: number }> {
  const sum = { visited: 0, changed: 0 };
  for (const { id } of await connected.planPartitions(run, fence, backfill)) {
    const worker = await connected.openPartition(run, fence, backfill, id);
    let size = rows;
    while (!worker.state.done) {
      try {
        const { rowsVisited, rowsChanged } = await worker.runBatch(size, 10_000);
        sum.visited += rowsVisited;
        sum.changed += rowsChanged;
      } catch (error) {
        if (!(error instanceof RetryableError) || error.code === 'partition-moved') throw error;
        size = Math.max(5, Math.floor(size / 2));
      }
    }
  }
  return sum;
}
