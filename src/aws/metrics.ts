import type { Clock } from '../app/ports/clock.ts';
import type { Metrics } from '../app/ports/metrics.ts';
import { type MetricName, metricUnits } from '../core/metrics/metrics.ts';

export interface EmbeddedMetricsOptions {
  readonly clock: Pick<Clock, 'now'>;
  /** Tells the deployments of one account apart. */
  readonly deployment: string;
  /** Takes one line with its line break; standard output unless given. */
  readonly write?: (line: string) => void;
}

const namespace = 'Lockkeeper';

/**
 * Metrics as lines of the log in CloudWatch's Embedded Metric Format: once for the deployment, for alarms, and once
 * for the target, for the dashboard. CloudWatch reads them out of what the function writes; no call is made.
 */
export function embeddedMetrics({
  clock,
  deployment,
  write = toStandardOutput,
}: EmbeddedMetricsOptions): Metrics {
  return {
    put(target, figures) {
      const names = (Object.keys(figures) as MetricName[]).filter((name) => Number.isFinite(figures[name]));
      if (names.length === 0) return;
      const directive = {
        Namespace: namespace,
        Dimensions: [['Deployment'], ...(target === null ? [] : [['Deployment', 'Target']])],
        Metrics: names.map((Name) => ({ Name, Unit: metricUnits[Name] })),
      };
      const line = {
        _aws: { Timestamp: clock.now(), CloudWatchMetrics: [directive] },
        Deployment: deployment,
        ...(target === null ? {} : { Target: target }),
        ...Object.fromEntries(names.map((name) => [name, figures[name]])),
      };
      write(`${JSON.stringify(line)}\n`);
    },
  };
}

/** Where no CloudWatch reads the log. */
export const silentMetrics: Metrics = { put: () => undefined };

function toStandardOutput(line: string): void {
  process.stdout.write(line);
}
