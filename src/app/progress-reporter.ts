import { noHistory, type PartitionHistory, withPause, withSample } from '../core/backfill/history.ts';
import type { RunId } from '../core/ids.ts';
import type { App } from './app.ts';
import type { BatchOutcome, PartitionState } from './ports/engine.ts';

/** The run store is written to this often while a partition is worked on. */
const everyMs = 1_000;
/** Batches over which the rate is taken. */
const window = 20;

/** Writes a partition's live figures to the run store, about once a second and at its end. */
export class ProgressReporter {
  readonly #app: App;
  readonly #runId: RunId;
  #state: PartitionState;
  #recent: { readonly rows: number; readonly at: number }[];
  #writtenAt = Number.NEGATIVE_INFINITY;
  #history: PartitionHistory;

  /** @param history what workers before this one have left of the partition */
  constructor(app: App, runId: RunId, state: PartitionState, history: PartitionHistory = noHistory) {
    this.#app = app;
    this.#runId = runId;
    this.#state = state;
    this.#recent = [{ rows: 0, at: app.clock.now() }];
    // From where it begins: what was done before it was reported need not be the last of what was done.
    this.#history = withSample(history, this.#sample(app.clock.now(), 0));
  }

  add(outcome: BatchOutcome): void {
    this.#state = outcome.total;
    this.#recent = [...this.#recent, { rows: outcome.rowsVisited, at: this.#app.clock.now() }].slice(-window);
  }

  /** Counts a pause that has ended. */
  paused(because: string, ms: number): void {
    this.#history = withPause(this.#history, because, ms / 1000);
  }

  /** `now` writes even if the last time was less than a second ago. */
  async report(batchRows: number, pausedBecause: string, now: boolean): Promise<void> {
    const at = this.#app.clock.now();
    if (!now && at - this.#writtenAt < everyMs) return;
    this.#writtenAt = at;
    this.#history = withSample(this.#history, this.#sample(at, batchRows));
    const { id, done, rowsVisited, rowsChanged, batches } = this.#state;
    await this.#app.store.putPartition(this.#runId, {
      partition: id,
      done,
      rowsVisited,
      rowsChanged,
      batches,
      batchRows,
      rowsPerSecond: this.#rate(at),
      pausedBecause,
      updatedAt: new Date(at).toISOString(),
      history: this.#history,
    });
  }

  #sample(atMs: number, batchRows: number) {
    return { atMs, rows: this.#state.rowsVisited, batchRows };
  }

  /** Pauses count: this is how fast the partition gets done. */
  #rate(now: number): number {
    const [first, ...later] = this.#recent;
    if (first === undefined) return 0;
    const rows = later.reduce((sum, batch) => sum + batch.rows, 0);
    return now > first.at ? Math.round((1000 * rows) / (now - first.at)) : 0;
  }
}
