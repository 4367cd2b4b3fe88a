import { partitionId } from '../core/ids.ts';
import type { KeyTexts, PartitionRow } from './partition-row.ts';

/** What an engine does to cut one backfill. */
export interface Cutting {
  /** Of the backfill in its plan, 0-based. */
  readonly ordinal: number;
  /** All partitions that the run has recorded. */
  read(): Promise<readonly PartitionRow[]>;
  /** Null in an empty table. */
  largest(): Promise<KeyTexts | null>;
  /** The upper keys of all partitions but the last: at most one less than asked for, fewer in a small table. */
  cuts(largest: KeyTexts): Promise<readonly KeyTexts[]>;
  /** Records all in one transaction, unless a quicker delivery of the same call has done so. */
  record(uppers: readonly (KeyTexts | null)[]): Promise<void>;
}

/**
 * Cuts the key space at quantiles, found and compared by the server, so that sparse or skewed keys give ranges
 * of about equal row counts; the last range ends at the largest key of now, and later inserts are not chased.
 * All partitions are recorded once; a repetition returns those of the first time.
 */
export async function cutPartitions(cutting: Cutting): Promise<readonly PartitionRow[]> {
  const planned = await recorded(cutting);
  if (planned.length > 0) return planned;
  const largest = await cutting.largest();
  await cutting.record(largest === null ? [null] : [...(await cutting.cuts(largest)), largest]);
  return recorded(cutting);
}

async function recorded({ ordinal, read }: Cutting): Promise<readonly PartitionRow[]> {
  const prefix = partitionId(ordinal, 0).replace(/\d+$/, '');
  return (await read()).filter((row) => row.id.startsWith(prefix));
}
