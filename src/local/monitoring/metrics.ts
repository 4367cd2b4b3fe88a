import { AwsError } from '../gateway/errors.ts';

/** What CloudWatch keeps of one or many values put at once. */
export interface Sample {
  readonly timeMs: number;
  readonly count: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
}

export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

const STATISTICS: Readonly<Record<string, (sample: Sample) => number>> = {
  Average: ({ sum, count }) => sum / count,
  Sum: ({ sum }) => sum,
  Minimum: ({ minimum }) => minimum,
  Maximum: ({ maximum }) => maximum,
  SampleCount: ({ count }) => count,
};

/** Metric samples in memory. */
export class MetricStore {
  readonly #samples = new Map<string, Sample[]>();

  put(id: MetricId, sample: Sample): void {
    const key = keyOf(id);
    const samples = this.#samples.get(key) ?? [];
    samples.push(sample);
    this.#samples.set(key, samples);
  }

  /**
   * One merged sample for each period that has data, oldest first; start inclusive, end exclusive.
   * @param periodMs length of a period; periods begin at multiples of it
   */
  periods(id: MetricId, fromMs: number, toMs: number, periodMs: number): Sample[] {
    const merged = new Map<number, Sample>();
    for (const sample of this.#samples.get(keyOf(id)) ?? []) {
      if (sample.timeMs < fromMs || sample.timeMs >= toMs) continue;
      const timeMs = Math.floor(sample.timeMs / periodMs) * periodMs;
      const other = merged.get(timeMs);
      merged.set(timeMs, { ...(other ? merge(other, sample) : sample), timeMs });
    }
    return [...merged.values()].sort((a, b) => a.timeMs - b.timeMs);
  }
}

/** @throws AwsError `InvalidParameterValue` for a statistic that is not kept here, such as a percentile */
export function statistic(name: string, sample: Sample): number {
  const compute = STATISTICS[name];
  if (compute) return compute(sample);
  throw new AwsError('InvalidParameterValue', `The local cloud does not keep the statistic ${name}.`);
}

function merge(a: Sample, b: Sample): Omit<Sample, 'timeMs'> {
  return {
    count: a.count + b.count,
    sum: a.sum + b.sum,
    minimum: Math.min(a.minimum, b.minimum),
    maximum: Math.max(a.maximum, b.maximum),
  };
}

function keyOf({ namespace, name, dimensions }: MetricId): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
