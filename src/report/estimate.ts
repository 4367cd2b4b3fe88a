import { sameName } from '../core/analysis/statement.ts';
import type { Backfill, Plan, Step } from '../core/plan/plan.ts';
import { duration } from './words.ts';

/** What is known of a table that the plan touches. */
export interface TableSize {
  /** As the plan's steps name it, or qualified. */
  readonly table: string;
  readonly rows: number;
  /** With its indexes and what is stored out of line. */
  readonly bytes: number;
}

/** Seconds, from the fast to the slow end. */
export interface Estimate {
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

/**
 * Bytes a second at which a server gets through a table: from half of a gp3 volume's baseline of 125 MiB/s, as an
 * index build reads and writes, to what one process reads from memory.
 */
const slowBytes = 60_000_000;
const fastBytes = 600_000_000;
/** Rows a second of one backfill worker: a wide row with many indexes on a slow disk; the project's own benchmark. */
const slowRows = 2_000;
const fastRows = 40_000;

/** How long a step works after it has its lock; null where that takes a moment or the size is not known. */
export function estimateStep(step: Step, sizes: readonly TableSize[]): Estimate | null {
  if (!step.long) return null;
  const tables = [...(step.lock?.tables ?? []), ...step.effects.flatMap(tableOf)];
  const bytes = sizes
    .filter(({ table }) => tables.some((name) => sameName(name, table)))
    .reduce((sum, size) => sum + size.bytes, 0);
  return bytes === 0 ? null : { fromSeconds: bytes / fastBytes, toSeconds: bytes / slowBytes };
}

export function estimateBackfill({ rowsEstimate, parallelism, partitions, pace }: Backfill): Estimate {
  const workers = Math.max(1, Math.min(parallelism, partitions));
  return {
    fromSeconds: rowsEstimate / (fastRows * workers),
    toSeconds: rowsEstimate / (slowRows * pace),
  };
}

export function estimatePlan(plan: Plan, sizes: readonly TableSize[]): Estimate {
  const all = [
    ...plan.steps.flatMap((step) => estimateStep(step, sizes) ?? []),
    ...plan.backfills.map(estimateBackfill),
  ];
  return {
    fromSeconds: all.reduce((sum, each) => sum + each.fromSeconds, 0),
    toSeconds: all.reduce((sum, each) => sum + each.toSeconds, 0),
  };
}

/** `under a second`, `3 s to 30 s`: rough on purpose. */
export function describeEstimate({ fromSeconds, toSeconds }: Estimate): string {
  if (toSeconds < 1) return 'under a second';
  const from = fromSeconds < 1 ? 'under a second' : rough(fromSeconds);
  const to = rough(toSeconds);
  return from === to ? `about ${to}` : `${from} to ${to}`;
}

/** One unit: more figures would promise more than is known. */
function rough(seconds: number): string {
  if (seconds < 10) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 90) return `${Math.round(seconds / 5) * 5} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return seconds < 129_600 ? `${Math.round(seconds / 3600)} h` : duration(seconds);
}

const tableOf = (effect: Step['effects'][number]): string[] => {
  if (effect.does === 'write') return [effect.table];
  return effect.object.table === undefined ? [] : [effect.object.table];
};
