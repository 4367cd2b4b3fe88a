import type { MetricName } from '../../core/metrics/metrics.ts';

export type Figures = Readonly<Partial<Record<MetricName, number>>>;

/** Figures for alarms and dashboards. Publishing never fails the work it speaks of. */
export interface Metrics {
  /** @param target null for figures of the account */
  put(target: string | null, figures: Figures): void;
}
