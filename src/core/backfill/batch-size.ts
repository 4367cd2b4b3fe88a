/** Bounds of the controller; from the plan. */
export interface BatchLimits {
  /** How long a batch should take, in milliseconds. */
  readonly targetMs: number;
  /** A batch never gets more rows than this; at most 100,000. */
  readonly maxRows: number;
}

/** The size in force and what was measured with it. Plain data: it may be stored between slices. */
export interface BatchSize {
  readonly rows: number;
  /** Durations of the last batches of exactly this size, newest last, in milliseconds; at most ten. */
  readonly recentMs: readonly number[];
}

/** What became of one batch. `rows` is the size that was asked for, by which old feedback is told. */
export type BatchObservation =
  | {
      readonly kind: 'finished';
      readonly rows: number;
      /** Rows there were; fewer than asked for at the end of a partition. */
      readonly visited: number;
      readonly elapsedMs: number;
    }
  /** A lock timeout, statement timeout or deadlock: nothing was changed. */
  | { readonly kind: 'refused'; readonly rows: number };

/** Below this, commits cost more than the locks they shorten. */
export const minRows = 10;
/** Above this, what one failure throws away grows and speed does not. */
export const maxRowsEver = 100_000;

/** Batches of one size before its p90 is believed. */
const windowSize = 10;
/** So many batches in a row, none near the target, show that the size is far too small. */
const farBelowWindow = 2;
const farBelow = 0.5;
/** More than a half at a time and the cost of the next size is a guess. */
const maxGrowth = 1.5;
/** Beyond this multiple of the target one batch is enough to act on. */
const panicMultiple = 5;
const maxShrink = 10;
/** A p90 this near the target is on target: a change would only throw the measurements away. */
const tolerance = 0.1;

/** The size a backfill begins with. */
export const startBatchSize = (initialRows: number, limits: BatchLimits): BatchSize =>
  ofSize(initialRows, limits);

/** The size after one more observation; the same object when nothing was learnt. */
export function nextBatchSize(
  current: BatchSize,
  observed: BatchObservation,
  limits: BatchLimits,
): BatchSize {
  if (observed.rows !== current.rows) return current;
  if (observed.kind === 'refused') return ofSize(current.rows / 2, limits);

  const { elapsedMs } = observed;
  if (!Number.isFinite(elapsedMs) || elapsedMs < 0) return current;
  if (elapsedMs > panicMultiple * limits.targetMs) {
    return ofSize(current.rows / Math.min(elapsedMs / limits.targetMs, maxShrink), limits);
  }
  // The short batch at a partition's end says nothing about a full one.
  if (observed.visited < current.rows) return current;

  const recentMs = [...current.recentMs, elapsedMs].slice(-windowSize);
  if (isFarBelow(recentMs, limits.targetMs)) return grown(current, recentMs, maxGrowth, limits);
  if (recentMs.length < windowSize) return { rows: current.rows, recentMs };
  const factor = limits.targetMs / ninetiethPercentile(recentMs);
  if (Math.abs(factor - 1) <= tolerance) return { rows: current.rows, recentMs };
  return grown(current, recentMs, Math.min(factor, maxGrowth), limits);
}

/** Waiting for ten batches at each of the small sizes would take most of a short backfill. */
const isFarBelow = (recentMs: readonly number[], targetMs: number): boolean =>
  recentMs.length >= farBelowWindow &&
  recentMs.slice(-farBelowWindow).every((elapsedMs) => elapsedMs < farBelow * targetMs);

function grown(
  current: BatchSize,
  recentMs: readonly number[],
  factor: number,
  limits: BatchLimits,
): BatchSize {
  const resized = ofSize(current.rows * factor, limits);
  return resized.rows === current.rows ? { rows: current.rows, recentMs } : resized;
}

function ofSize(rows: number, limits: BatchLimits): BatchSize {
  const largest = Math.max(1, Math.min(Math.floor(limits.maxRows), maxRowsEver));
  const smallest = Math.min(minRows, largest);
  return { rows: Math.min(Math.max(Math.floor(rows), smallest), largest), recentMs: [] };
}

/** Nearest rank: of ten durations, the ninth. */
function ninetiethPercentile(durations: readonly number[]): number {
  const sorted = durations.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.9) - 1] ?? 0;
}
