import { partitionId, type RunId } from '../../../core/ids.ts';
import type { Backfill } from '../../../core/plan/plan.ts';
import { cutPartitions } from '../../cut-partitions.ts';
import type { KeyTexts, PartitionRow } from '../../partition-row.ts';
import { literal, quoteTable } from '../quote.ts';
import type { Session } from '../session/session.ts';
import { keyList, keyOrder, keyTexts } from './key-sql.ts';
import { readPartitions } from './read-partitions.ts';

/**
 * Up to this many pages (16 MB, some 200,000 narrow rows) the whole table is read to cut it; of a larger one
 * about as many are sampled, which puts the cuts within a percent or two.
 */
const PAGES_READ = 2_048;

/** Cuts one backfill, once; see `cutPartitions`. */
export function planPartitions(
  session: Session,
  runId: RunId,
  fence: number,
  backfill: Backfill,
): Promise<readonly PartitionRow[]> {
  return cutPartitions({
    ordinal: backfill.ordinal,
    read: () => readPartitions(session, runId),
    largest: () => largestKey(session, backfill),
    cuts: (largest) => cuts(session, backfill, largest),
    record: (uppers) => record(session, runId, fence, backfill, uppers),
  });
}

async function largestKey(session: Session, { table, key }: Backfill): Promise<KeyTexts | null> {
  const [row] = await session.read<{ key: string }>(
    `SELECT to_json(${keyTexts(key)}) AS key FROM ${quoteTable(table)} ORDER BY ${keyOrder(key, 'DESC')} LIMIT 1`,
  );
  return row === undefined ? null : (JSON.parse(row.key) as KeyTexts);
}

/** The upper keys of all partitions but the last: at most one less than asked for, fewer in a small table. */
async function cuts(session: Session, backfill: Backfill, largest: KeyTexts): Promise<readonly KeyTexts[]> {
  const { table, key, partitions } = backfill;
  if (partitions <= 1) return [];
  const percent = await samplePercent(session, table);
  const sample = percent === null ? '' : `TABLESAMPLE SYSTEM (${percent})`;
  const rows = await session.read<{ key: string }>(
    `SELECT to_json(${keyTexts(key)}) AS key
     FROM (
       SELECT ${keyList(key)}, row_number() OVER (ORDER BY ${keyOrder(key, 'ASC')}) AS lk_ordinal, count(*) OVER () AS lk_rows
       FROM ${quoteTable(table)} ${sample}
     ) ranked
     WHERE lk_ordinal * $1::bigint / lk_rows > (lk_ordinal - 1) * $1::bigint / lk_rows AND lk_ordinal < lk_rows
     ORDER BY lk_ordinal`,
    [partitions],
  );
  const last = JSON.stringify(largest);
  return rows
    .filter((row) => JSON.stringify(JSON.parse(row.key)) !== last)
    .map((row) => JSON.parse(row.key) as KeyTexts);
}

/** Null: read all of it. Sizes come from the files, as a table never analysed has no row estimate. */
async function samplePercent(session: Session, table: string): Promise<string | null> {
  const [row] = await session.read<{ pages: string }>(
    `SELECT coalesce(sum(pg_relation_size(relid)), 0)::bigint / current_setting('block_size')::bigint AS pages
     FROM (SELECT $1::regclass AS relid UNION SELECT relid FROM pg_partition_tree($1::regclass)) parts`,
    [quoteTable(table)],
  );
  const pages = Number(row?.pages ?? 0);
  return pages <= PAGES_READ ? null : ((100 * PAGES_READ) / pages).toFixed(6);
}

async function record(
  session: Session,
  runId: RunId,
  fence: number,
  backfill: Backfill,
  uppers: readonly (KeyTexts | null)[],
): Promise<void> {
  const rows = uppers.map((upper, index) => ({
    id: partitionId(backfill.ordinal, index),
    ordinal: index,
    lower: uppers[index - 1] ?? null,
    upper,
  }));
  // The run's row is locked by a statement of its own, so that the insert sees what a quicker delivery of the
  // same call has recorded: then all of its partitions stand, and none of these.
  await session.transact(`plan partitions of backfill ${backfill.ordinal + 1}`, [
    `SELECT lockkeeper.assert_fence(${fence})`,
    `SELECT run_id FROM lockkeeper.run WHERE run_id = ${literal(runId)} FOR UPDATE`,
    `INSERT INTO lockkeeper.partition (run_id, id, backfill, ordinal, lower_key, upper_key, done)
SELECT ${literal(runId)}, p.id, ${backfill.ordinal}, p.ordinal, p.lower, p.upper, p.upper IS NULL
FROM jsonb_to_recordset(${literal(JSON.stringify(rows))}::jsonb) AS p(id text, ordinal integer, lower text[], upper text[])
WHERE NOT EXISTS (
  SELECT FROM lockkeeper.partition o WHERE o.run_id = ${literal(runId)} AND o.backfill = ${backfill.ordinal}
)`,
  ]);
}
