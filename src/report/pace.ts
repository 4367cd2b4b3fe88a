import type { PartitionProgress } from '../app/ports/run-store.ts';
import { kindOf, type PauseTally, type ProgressSample } from '../core/backfill/history.ts';

/** One stretch of the backfill. */
export interface PacePoint {
  /** Where it ends, ISO 8601. */
  readonly at: string;
  /** All partitions together. */
  readonly rowsPerSecond: number;
  /** The mean of the batches asked for in it; null where none was reported. */
  readonly batchRows: number | null;
}

/** Stretches of at least a second, the time at which workers report; so many that a picture shows them all. */
const shortestMs = 1_000;
const most = 40;

/** How fast the rows went by, over all partitions, in even stretches; empty where no history was kept. */
export function paceOf(partitions: readonly PartitionProgress[]): readonly PacePoint[] {
  const lines = partitions.flatMap(({ history }) =>
    history === undefined || history.samples.length === 0 ? [] : [history.samples],
  );
  const samples = lines.flat();
  if (samples.length < 2) return [];
  const from = Math.min(...samples.map(({ atMs }) => atMs));
  const to = Math.max(...samples.map(({ atMs }) => atMs));
  if (to <= from) return [];
  const count = Math.max(1, Math.min(most, Math.floor((to - from) / shortestMs)));
  const width = (to - from) / count;
  return Array.from({ length: count }, (_, index) => {
    const [begin, end] = [from + index * width, from + (index + 1) * width];
    const rows = lines.reduce((sum, line) => sum + rowsAt(line, end) - rowsAt(line, begin), 0);
    const batches = samples.filter(
      ({ atMs, batchRows }) => batchRows > 0 && atMs > begin && atMs <= end + 0.5,
    );
    return {
      at: new Date(end).toISOString(),
      rowsPerSecond: Math.round((1000 * rows) / width),
      batchRows:
        batches.length === 0
          ? null
          : Math.round(batches.reduce((sum, { batchRows }) => sum + batchRows, 0) / batches.length),
    };
  });
}

/** Between two samples the rows are taken to have gone by evenly. */
function rowsAt(line: readonly ProgressSample[], atMs: number): number {
  const next = line.findIndex((sample) => sample.atMs >= atMs);
  if (next < 0) return line.at(-1)?.rows ?? 0;
  const [before, after] = [line[next - 1], line[next]];
  if (before === undefined || after === undefined) return line[0]?.rows ?? 0;
  if (after.atMs === before.atMs) return after.rows;
  return before.rows + ((after.rows - before.rows) * (atMs - before.atMs)) / (after.atMs - before.atMs);
}

/** What the workers stood still for, all partitions together, the longest first. */
export function pausesOf(partitions: readonly PartitionProgress[]): readonly PauseTally[] {
  const tallies = new Map<string, PauseTally>();
  for (const pause of partitions.flatMap(({ history }) => history?.pauses ?? [])) {
    const known = tallies.get(kindOf(pause.because));
    tallies.set(
      kindOf(pause.because),
      known === undefined
        ? pause
        : { ...known, times: known.times + pause.times, seconds: known.seconds + pause.seconds },
    );
  }
  return [...tallies.values()].toSorted((a, b) => b.seconds - a.seconds);
}
