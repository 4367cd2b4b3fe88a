import { partitionId, type RunId } from '../../../core/ids.ts';
import type { Backfill } from '../../../core/plan/plan.ts';
import { cutPartitions } from '../../cut-partitions.ts';
import type { KeyTexts, PartitionRow } from '../../partition-row.ts';
import { fenced } from '../ledger/journal.ts';
import { literal, quoteTable } from '../quote.ts';
import type { Session } from '../session/session.ts';
import { columnTexts, keyList, keyOrder } from './key-sql.ts';
import { readPartitions } from './read-partitions.ts';

/**
 * Up to this many rows the whole table is read to cut it; of a larger one about as many are sampled, by pages, which
 * puts the cuts within a percent or two.
 */
const ROWS_READ = 200_000;

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
  const [row] = await session.read<{ texts: string }>(
    `SELECT TOP (1) ${columnTexts(key)} AS texts FROM ${quoteTable(table)} ORDER BY ${keyOrder(key, 'DESC')}`,
  );
  return row === undefined ? null : (JSON.parse(row.texts) as KeyTexts);
}

/** The upper keys of all partitions but the last: at most one less than asked for, fewer in a small table. */
async function cuts(session: Session, backfill: Backfill, largest: KeyTexts): Promise<readonly KeyTexts[]> {
  const { table, key, partitions } = backfill;
  if (partitions <= 1) return [];
  const percent = await samplePercent(session, table);
  const sample = percent === null ? '' : ` TABLESAMPLE SYSTEM (${percent} PERCENT)`;
  const rows = await session.read<{ texts: string }>(
    `SELECT ${columnTexts(key)} AS texts
FROM (
  SELECT ${keyList(key)}, ROW_NUMBER() OVER (ORDER BY ${keyOrder(key, 'ASC')}) AS lk_ordinal,
    COUNT_BIG(*) OVER () AS lk_rows
  FROM ${quoteTable(table)}${sample}
) AS ranked
WHERE lk_ordinal * @wanted / lk_rows > (lk_ordinal - 1) * @wanted / lk_rows AND lk_ordinal < lk_rows
ORDER BY lk_ordinal`,
    { wanted: partitions },
  );
  const last = JSON.stringify(largest);
  return rows
    .map((row) => JSON.parse(row.texts) as KeyTexts)
    .filter((texts) => JSON.stringify(texts) !== last);
}

/** Null: read all of it. */
async function samplePercent(session: Session, table: string): Promise<string | null> {
  const [row] = await session.read<{ found: string | null }>(
    `SELECT CONVERT(bigint, SUM(rows)) AS found FROM sys.partitions
WHERE object_id = OBJECT_ID(@table) AND index_id IN (0, 1)`,
    { table: quoteTable(table) },
  );
  const rows = Number(row?.found ?? 0);
  return rows <= ROWS_READ ? null : ((100 * ROWS_READ) / rows).toFixed(6);
}

async function record(
  session: Session,
  runId: RunId,
  fence: number,
  backfill: Backfill,
  uppers: readonly (KeyTexts | null)[],
): Promise<void> {
  const text = (key: KeyTexts | null | undefined): string =>
    key === null || key === undefined ? 'CAST(NULL AS nvarchar(max))' : literal(JSON.stringify(key));
  const rows = uppers.map(
    (upper, index) =>
      `(${literal(partitionId(backfill.ordinal, index))}, ${index}, ${text(uppers[index - 1])}, ${text(upper)}, ${upper === null ? 1 : 0})`,
  );
  await session.write(
    `plan partitions of backfill ${backfill.ordinal + 1}`,
    recordScript(backfill.ordinal, rows),
    { run: runId, fence },
  );
}

/**
 * The run's row is locked by a statement of its own, so that the insert sees what a quicker delivery of the same call
 * has recorded: then all of its partitions stand, and none of these. Parameters: @run, @fence.
 */
const recordScript = (ordinal: number, rows: readonly string[]): string =>
  fenced(`DECLARE @lk_locked bigint;
SELECT @lk_locked = fence FROM lockkeeper.run WITH (UPDLOCK, HOLDLOCK) WHERE run_id = @run;
INSERT INTO lockkeeper.partition (run_id, id, backfill, ordinal, lower_key, upper_key, done)
SELECT @run, p.id, ${ordinal}, p.ordinal, p.lower_key, p.upper_key, p.done
FROM (VALUES ${rows.join(',\n  ')}) AS p (id, ordinal, lower_key, upper_key, done)
WHERE NOT EXISTS (SELECT 1 FROM lockkeeper.partition AS o WHERE o.run_id = @run AND o.backfill = ${ordinal});`);
