import type { Signal } from '../core/backfill/throttle.ts';
import type { MetricName } from '../core/metrics/metrics.ts';
import type { App } from './app.ts';
import type { Pressure } from './ports/engine.ts';

/** CloudWatch keeps figures by the minute; more often would only fill the log. */
const everyMs = 15_000;

const metricOf: Readonly<Record<Signal, MetricName>> = {
  replicationLagSeconds: 'ThrottledByReplicationLag',
  waitingForUs: 'ThrottledByLockWaiters',
  oldestTransactionSeconds: 'ThrottledByOldTransaction',
};

/** Gathers what a worker sees and does, and publishes it a few times a minute and at the end. */
export class SliceMetrics {
  readonly #app: App;
  readonly #target: string;
  #since: number;
  #rows = 0;
  #pressure: Pressure | null = null;
  #pauses: Partial<Record<MetricName, number>> = {};

  constructor(app: App, target: string) {
    this.#app = app;
    this.#target = target;
    this.#since = app.clock.now();
  }

  did(rows: number): void {
    this.#rows += rows;
    this.#publishIfDue();
  }

  saw(pressure: Pressure): void {
    this.#pressure = pressure;
  }

  /** @param stopped the signals that made it pause; none where readings were missing */
  paused(stopped: readonly Signal[]): void {
    const names: readonly MetricName[] =
      stopped.length === 0 ? ['ThrottledForWantOfReadings'] : stopped.map((signal) => metricOf[signal]);
    for (const name of names) this.#pauses[name] = (this.#pauses[name] ?? 0) + 1;
    this.#publishIfDue();
  }

  publish(): void {
    const elapsedMs = this.#app.clock.now() - this.#since;
    const { replicationLagSeconds, waitingForUs, oldestTransactionSeconds } = this.#pressure ?? nothingSeen;
    this.#app.metrics.put(this.#target, {
      RowsVisited: this.#rows,
      ...(elapsedMs > 0 ? { RowsPerSecond: (1000 * this.#rows) / elapsedMs } : {}),
      ...(replicationLagSeconds === null ? {} : { ReplicationLagSeconds: replicationLagSeconds }),
      ...(waitingForUs === null ? {} : { SessionsWaitingForUs: waitingForUs }),
      ...(oldestTransactionSeconds === null ? {} : { OldestTransactionSeconds: oldestTransactionSeconds }),
      ...this.#pauses,
    });
    this.#since = this.#app.clock.now();
    this.#rows = 0;
    this.#pauses = {};
  }

  #publishIfDue(): void {
    if (this.#app.clock.now() - this.#since >= everyMs) this.publish();
  }
}

const nothingSeen: Pressure = {
  replicationLagSeconds: null,
  waitingForUs: null,
  oldestTransactionSeconds: null,
};
