import type { EngineName } from '../core/ids.ts';
import type { Target } from '../core/target.ts';
import type { Clock } from './ports/clock.ts';
import type { Artifacts, ClusterControl, Executions, Notifier, RdsControl, Secrets } from './ports/cloud.ts';
import type { Engine } from './ports/engine.ts';
import type { Log } from './ports/log.ts';
import type { Metrics } from './ports/metrics.ts';
import type { MigrationReader } from './ports/migration-reader.ts';
import type { RunStore } from './ports/run-store.ts';

/** Everything the use cases need from outside, put together in one place per program. */
export interface App {
  readonly engineFor: (name: EngineName) => Engine;
  readonly migrations: MigrationReader;
  readonly store: RunStore;
  readonly artifacts: Artifacts;
  readonly secrets: Secrets;
  readonly rds: RdsControl;
  readonly clusters: ClusterControl;
  readonly notifier: Notifier;
  readonly executions: Executions;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Uniform in [0, 1); for jitter. */
  readonly random: () => number;
  /** Between two looks at something slow (snapshot, restore, rename); seconds. */
  readonly pollSeconds: number;
  /** Hex. */
  readonly sha256: (text: string) => string;
  readonly targets: readonly Target[];
}

/** How long this invocation may go on. The signal fires when it must let go of everything. */
export interface Budget {
  /** Milliseconds since the epoch by which the work has to have returned. */
  readonly endsAt: number;
  readonly signal: AbortSignal;
}

export const remainingMs = (app: App, budget: Budget): number => budget.endsAt - app.clock.now();

/** Pauses, but not beyond the invocation: the next one goes on from there. */
export const sleepWithin = (app: App, budget: Budget, ms: number): Promise<void> =>
  app.clock.sleep(Math.max(0, Math.min(ms, remainingMs(app, budget))), budget.signal);

export const isoNow = (app: App): string => new Date(app.clock.now()).toISOString();
