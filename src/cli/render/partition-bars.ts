import type { PartitionProgress } from '../../app/ports/run-store.ts';
import type { Backfill } from '../../core/plan/plan.ts';
import type { Paint } from '../../report/paint.ts';
import { count } from '../../report/words.ts';
import { pad } from './width.ts';

export interface BarOptions {
  /** Columns of the terminal. */
  readonly columns: number;
  /** How many lines there is room for. */
  readonly lines: number;
}

/** A bar a partition; where there is no room for that, one character each. */
export function partitionBars(
  backfill: Backfill,
  partitions: readonly PartitionProgress[],
  paint: Paint,
  { columns, lines }: BarOptions,
): string[] {
  // One partition's bar is the backfill's own.
  if (backfill.partitions === 1) return [];
  const share = shareOf(backfill);
  return partitions.length <= lines
    ? partitions.map((partition) => bar(partition, share(partition), paint, columns))
    : strip(partitions.map(share), backfill.partitions, paint, columns);
}

/** Partitions are cut to be about equal; one may hold more rows than its share. */
const shareOf =
  ({ rowsEstimate, partitions }: Backfill) =>
  ({ done, rowsVisited }: PartitionProgress): number =>
    done ? 1 : Math.min(0.99, rowsVisited / Math.max(1, rowsEstimate / partitions));

function bar(partition: PartitionProgress, share: number, paint: Paint, columns: number): string {
  const width = columns < 60 ? 7 : 24;
  const full = Math.floor(share * width);
  const drawn = paint.cyan('█'.repeat(full)) + paint.dim('░'.repeat(width - full));
  const name = partition.partition.split('-').at(-1) ?? '';
  return `    ${paint.dim(name)} ${drawn} ${pad(`${Math.floor(share * 100)} %`, 5, 'right')}  ${state(partition, paint)}`;
}

function state({ done, pausedBecause, rowsPerSecond, failure }: PartitionProgress, paint: Paint): string {
  if (failure !== undefined) return paint.red('failed');
  if (done) return paint.green('done');
  if (pausedBecause !== '') return paint.yellow('pausing');
  return rowsPerSecond > 0 ? `${count(rowsPerSecond)} rows/s` : '';
}

const levels = [...'▁▂▃▄▅▆▇█'];

function strip(shares: readonly number[], all: number, paint: Paint, columns: number): string[] {
  const signs = shares.map((share) => levels[Math.min(levels.length - 1, Math.floor(share * levels.length))]);
  const waiting = Math.max(0, all - shares.length);
  const room = Math.max(8, columns - 8);
  const cells = [
    ...signs.map((sign) => paint.cyan(sign ?? '')),
    ...Array<string>(waiting).fill(paint.dim('·')),
  ];
  const rows: string[] = [];
  for (let at = 0; at < cells.length; at += room) rows.push(`    ${cells.slice(at, at + room).join('')}`);
  return rows;
}
