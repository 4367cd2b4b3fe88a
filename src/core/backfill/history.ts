/** Where a partition stood at one moment. */
export interface ProgressSample {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  /** Rows visited so far. */
  readonly rows: number;
  /** Rows asked for in the batch at hand. */
  readonly batchRows: number;
}

/** What a worker stood still for, in all; its rests after each batch are not counted. */
export interface PauseTally {
  readonly because: string;
  readonly times: number;
  readonly seconds: number;
}

/** How a partition went on. Small and bounded: it is written anew with each report of its worker. */
export interface PartitionHistory {
  /** Oldest first, the first and the latest always among them. */
  readonly samples: readonly ProgressSample[];
  readonly pauses: readonly PauseTally[];
}

export const noHistory: PartitionHistory = { samples: [], pauses: [] };

/** Enough for a line on a page; at 3 numbers each, about 2 KB of a record. */
const samplesKept = 48;
/** Reasons are few; their figures are taken out before they are told apart. */
const reasonsKept = 8;

/** Adds a sample; when there are too many, the one that is missed least is left out, so that ages stay covered. */
export function withSample(history: PartitionHistory, sample: ProgressSample): PartitionHistory {
  const samples = [...history.samples, sample];
  if (samples.length > samplesKept) samples.splice(leastMissed(samples), 1);
  return { ...history, samples };
}

/** Inside the list, the sample whose neighbours are closest to each other in time. */
function leastMissed(samples: readonly ProgressSample[]): number {
  let least = 1;
  let closest = Number.POSITIVE_INFINITY;
  for (let index = 1; index < samples.length - 1; index++) {
    const gap = (samples[index + 1]?.atMs ?? 0) - (samples[index - 1]?.atMs ?? 0);
    if (gap < closest) [least, closest] = [index, gap];
  }
  return least;
}

/** Adds a pause to those for the same reason, whatever the figures in it; the first figures are kept. */
export function withPause(history: PartitionHistory, because: string, seconds: number): PartitionHistory {
  const known = history.pauses.findIndex((pause) => kindOf(pause.because) === kindOf(because));
  const index = known < 0 && history.pauses.length >= reasonsKept ? reasonsKept - 1 : known;
  if (index < 0) return { ...history, pauses: [...history.pauses, { because, times: 1, seconds }] };
  const pauses = history.pauses.map((pause, at) =>
    at === index ? { ...pause, times: pause.times + 1, seconds: pause.seconds + seconds } : pause,
  );
  return { ...history, pauses };
}

/** A reason without its figures. */
export const kindOf = (because: string): string => because.replaceAll(/\d[\d.,]*/g, '#');
