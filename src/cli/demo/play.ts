import { randomUUID } from 'node:crypto';
import { answerGate } from '../../app/gates.ts';
import type { Clock } from '../../app/ports/clock.ts';
import type { GateAnswer, RunRecord } from '../../app/ports/run-store.ts';
import { FatalError } from '../../core/errors.ts';
import { follow, type Snapshot } from '../local/follow.ts';
import type { Progress } from '../run-progress.ts';
import type { Mark } from './figures.ts';
import type { ScenarioResult } from './result.ts';
import type { DemoScenario } from './scenarios.ts';
import type { Stage } from './stage.ts';
import { measureSwaps } from './swaps.ts';
import { findLost } from './verify.ts';

/** Carries one migration through the shipped machines under the writers' load, and measures it. */
export async function play(
  stage: Stage,
  scenario: DemoScenario,
  progress: Progress,
  clock: Clock,
  signal: AbortSignal,
): Promise<ScenarioResult> {
  const { platform, writers, target } = stage;
  const startedAt = clock.now();
  const mark = writers.mark();
  const executionArn = await platform.app.executions.start(
    {
      target: target.name,
      migration: scenario.migration,
      bundle: stage.bundle,
      ...(scenario.acceptRisk === null ? {} : { acceptRisk: { by: 'demo', reason: scenario.acceptRisk } }),
    },
    `demo-${scenario.name}-${randomUUID()}`,
  );
  const person = new Person(stage, scenario);
  const { snapshot } = await follow(platform, target.name, executionArn, {
    clock,
    signal,
    show: (now) => {
      progress.show(now);
      person.look(now);
    },
  });
  await person.done();
  if (snapshot === null) throw new FatalError(`${scenario.name} did not begin`, { code: 'demo-failed' });
  const seconds = (clock.now() - startedAt) / 1000;

  await writers.pause();
  const figures = writers.figures(mark);
  const swaps = measureSwaps(snapshot, writers);
  const lost = await countLost(stage, snapshot.run);
  if (snapshot.run.verdict === 'RESTORED') await writers.switchTo('new');
  writers.resume();

  const rows = snapshot.partitions.reduce((sum, partition) => sum + partition.rowsVisited, 0);
  const backfillSeconds = secondsIn(snapshot, 'backfilling');
  return {
    name: scenario.name,
    verdict: snapshot.run.verdict ?? 'NEEDS_ATTENTION',
    because: snapshot.run.because ?? snapshot.run.failure?.message ?? null,
    rows,
    seconds: round(seconds),
    rowsPerSecond: backfillSeconds > 0 ? Math.round(rows / backfillSeconds) : 0,
    batches: snapshot.partitions.reduce((sum, partition) => sum + partition.batches, 0),
    snapshotId: snapshot.run.restorePoint?.snapshotId ?? null,
    fingerprintBefore: snapshot.run.fingerprintBefore ?? null,
    fingerprintAfter: snapshot.run.fingerprintAfter ?? null,
    writers: {
      acknowledged: figures.acknowledged,
      failed: figures.failed,
      lost,
      p50Ms: round(figures.p50Ms),
      p99Ms: round(figures.p99Ms),
      maxBlockedMs: round(figures.maxBlockedMs),
    },
    swaps,
    secondsOfWritesLost: snapshot.run.restore?.secondsOfWritesLost ?? 0,
  };
}

/** The people in the story: who deploys or answers at the contract gate, and whoever agrees to a restore. */
class Person {
  readonly #stage: Stage;
  readonly #scenario: DemoScenario;
  #gateReached: Mark | null = null;
  readonly #answered = new Map<string, Promise<unknown>>();

  constructor(stage: Stage, scenario: DemoScenario) {
    this.#stage = stage;
    this.#scenario = scenario;
  }

  look({ run }: Snapshot): void {
    if (run.status === 'awaiting-contract') this.#atContract(run);
    if (run.status === 'awaiting-restore')
      this.#once('restore', () => this.#agree(run, 'restore', 'the demo agrees'));
  }

  #atContract(run: RunRecord): void {
    const { writers } = this.#stage;
    const { atContract } = this.#scenario;
    switch (atContract.is) {
      case 'no-gate':
        return;
      case 'deployment':
        this.#once('contract', () => this.#deploy(run));
        return;
      case 'person': {
        this.#gateReached ??= writers.mark();
        if (writers.figures(this.#gateReached).acknowledged < atContract.afterWrites) return;
        const { answers } = atContract;
        const reason = answers === 'approved' ? 'the new table is good' : 'the old table is wanted back';
        this.#once('contract', () => this.#answer(run, 'contract', answers, reason));
        return;
      }
      default:
        atContract satisfies never;
    }
  }

  async done(): Promise<void> {
    await Promise.all(this.#answered.values());
  }

  #once(gate: string, act: () => Promise<unknown>): void {
    if (!this.#answered.has(gate)) this.#answered.set(gate, act());
  }

  async #deploy(run: RunRecord): Promise<void> {
    await this.#stage.writers.switchTo('new');
    await this.#agree(run, 'contract', 'the new code is out');
  }

  #agree(run: RunRecord, gate: 'contract' | 'restore', reason: string): Promise<unknown> {
    return this.#answer(run, gate, 'approved', reason);
  }

  #answer(
    run: RunRecord,
    gate: 'contract' | 'restore',
    answer: GateAnswer['answer'],
    reason: string,
  ): Promise<unknown> {
    return answerGate(this.#stage.platform.app, run.runId, gate, { answer, by: 'demo', reason });
  }
}

/** After a restore only the writes acknowledged before the recovery point can be there. */
async function countLost(stage: Stage, run: RunRecord): Promise<number> {
  const point = run.contractRestorePoint?.recoveryTime ?? run.restorePoint?.recoveryTime;
  const restored = run.verdict === 'RESTORED' && point !== undefined;
  const session = await stage.dialect.open(stage.connect());
  try {
    const { lost } = await findLost(session, stage.writers.log, restored ? { before: new Date(point) } : {});
    return lost;
  } finally {
    await session.close();
  }
}

function secondsIn({ events, run }: Snapshot, status: string): number {
  const changes = events.filter((event) => event.kind === 'status');
  const index = changes.findIndex((event) => event.text.endsWith(`→ ${status}`));
  const from = changes[index]?.at;
  const to = changes[index + 1]?.at ?? run.concludedAt;
  return from === undefined || to === undefined ? 0 : (Date.parse(to) - Date.parse(from)) / 1000;
}

const round = (value: number): number => Math.round(value * 10) / 10;
