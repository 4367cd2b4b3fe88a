import { answerGate } from '../../src/app/gates.ts';
import type { RunRecord } from '../../src/app/ports/run-store.ts';
import { runId } from '../../src/core/ids.ts';
import type { SqlSource } from '../../src/core/migration.ts';
import type { Delivery } from '../../src/local/lambda/hosts.ts';
import type { World } from '../support/platform.ts';
import { type Passed, Recorder, type Strike } from './boundaries.ts';
import { type EndState, readEndState } from './end-state.ts';

export interface Scenario {
  readonly files: readonly SqlSource[];
  readonly migration: string;
  /** What the application does in the meantime, each once a run: function → SQL after its first success. */
  readonly meanwhile?: Readonly<Record<string, string>>;
}

export interface Outcome {
  readonly run: RunRecord;
  readonly end: EndState;
  readonly passed: readonly Passed[];
  readonly deliveries: number;
}

/** One run from a fresh database to its end, its gates opened by the test as they are reached. */
export async function runScenario(
  world: World,
  scenario: Scenario,
  strike: Strike = () => [],
): Promise<Outcome> {
  await world.fresh();
  const bundle = await world.upload(scenario.files);
  const recorder = new Recorder(strike);
  const todo = new Map(Object.entries(scenario.meanwhile ?? {}));
  try {
    world.interfere({
      faults: recorder.faults,
      async onDelivered(delivery, result) {
        recorder.onDelivered(delivery, result);
        if (!result.ok) return;
        openGate(world, delivery);
        const sql = todo.get(delivery.functionName);
        todo.delete(delivery.functionName);
        if (sql !== undefined) await world.query(sql);
      },
    });
    const { run } = await world.finish(world.start({ migration: scenario.migration, bundle }));
    world.interfere();
    return {
      run,
      // What is asked over the Data API expires on the world's clock.
      end: await world.clock.busy(() => readEndState(world, run)),
      passed: recorder.passed,
      deliveries: recorder.deliveries,
    };
  } finally {
    recorder.close();
  }
}

/** Holds the virtual clock from the moment the run waits until it has been answered. */
export function openGate(world: World, { payload }: Delivery): void {
  const { gate, runId: id } = payload as { gate?: string; runId: string };
  if (gate !== 'approval' && gate !== 'contract' && gate !== 'restore') return;
  const answer = { answer: 'approved', by: 'the test' } as const;
  void world.clock.busy(() => answerGate(world.platform.app, runId(id), gate, answer));
}
