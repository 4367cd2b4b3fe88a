import { type ThrottleDecision, type ThrottleState, throttle } from '../core/backfill/throttle.ts';
import type { App } from './app.ts';
import type { Database } from './ports/engine.ts';
import type { SliceMetrics } from './slice-metrics.ts';

/** What was last seen of the server's load, and when. */
export interface Surroundings {
  readonly throttle: ThrottleState;
  readonly decision: ThrottleDecision;
  readonly at: number;
}

export async function lookAround(
  app: App,
  database: Database,
  before: ThrottleState,
  metrics: SliceMetrics,
): Promise<Surroundings> {
  const pressure = await database.pressure();
  metrics.saw(pressure);
  const { state, decision } = throttle(before, pressure);
  return { throttle: state, decision, at: app.clock.now() };
}
