import { partitionId, type RunId } from '../../../core/ids.ts';
import type { Backfill } from '../../../core/plan/plan.ts';
import { cutPartitions } from '../../cut-partitions.ts';
import type { KeyTexts, PartitionRow } from '../../partition-row.ts';
import { assertFence } from '../ledger/fence.ts';
import { ledgerTable } from '../ledger/names.ts';
import { bind, quoteTable } from '../quote.ts';
import type { Session } from '../session/session.ts';
import { compareKey, keyLiterals, keyOrder, keyTexts } from './key-sql.ts';
import { readPartitions } from './read-partitions.ts';

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
    largest: () => keyAt(session, backfill, '', 'DESC', 0),
    cuts: (largest) => cuts(session, backfill, largest),
    record: (uppers) => record(session, runId, fence, backfill, uppers),
  });
}

/** The key of the row that is `offset` rows away from the first in the order given. */
async function keyAt(
  session: Session,
  { table, key }: Backfill,
  where: string,
  direction: 'ASC' | 'DESC',
  offset: number,
): Promise<KeyTexts | null> {
  const [row] = await session.read<{ key: string }>(
    `SELECT ${keyTexts(key)} AS \`key\` FROM ${quoteTable(table)}${where}
     ORDER BY ${keyOrder(key, direction)} LIMIT 1 OFFSET ${offset}`,
  );
  return row === undefined ? null : (JSON.parse(row.key) as KeyTexts);
}

/**
 * The upper keys of all partitions but the last: at most one less than asked for, fewer in a small table. There is
 * no sampling that all servers know, so the key's index is counted through, in as many queries as there are cuts.
 */
async function cuts(session: Session, backfill: Backfill, largest: KeyTexts): Promise<readonly KeyTexts[]> {
  const { table, key, partitions } = backfill;
  if (partitions <= 1) return [];
  const [count] = await session.read<{ rows: string }>(
    `SELECT COUNT(*) AS \`rows\` FROM ${quoteTable(table)}`,
  );
  const step = Math.ceil(Number(count?.rows ?? 0) / partitions);
  const found: KeyTexts[] = [];
  while (found.length < partitions - 1) {
    const last = found.at(-1);
    const where = last === undefined ? '' : ` WHERE ${compareKey(key, '>', keyLiterals(key, last))}`;
    const next = await keyAt(session, backfill, where, 'ASC', Math.max(step - 1, 0));
    if (next === null || JSON.stringify(next) === JSON.stringify(largest)) break;
    found.push(next);
  }
  return found;
}

async function record(
  session: Session,
  runId: RunId,
  fence: number,
  backfill: Backfill,
  uppers: readonly (KeyTexts | null)[],
): Promise<void> {
  const table = ledgerTable(session, 'partition');
  const json = (texts: KeyTexts | null): string | null => (texts === null ? null : JSON.stringify(texts));
  const rows = uppers.map((upper, index) =>
    bind(
      'SELECT ? AS run_id, ? AS id, ? AS backfill, ? AS ordinal, ? AS lower_key, ? AS upper_key, ? AS done',
      [
        runId,
        partitionId(backfill.ordinal, index),
        backfill.ordinal,
        index,
        json(uppers[index - 1] ?? null),
        json(upper),
        upper === null,
      ],
    ),
  );
  const others = bind('run_id = ? AND backfill = ?', [runId, backfill.ordinal]);
  // The run's row is locked by a statement of its own, so that the count sees what a quicker delivery of the
  // same call has recorded: then all of its partitions stand, and none of these.
  await session.write(
    `plan partitions of backfill ${backfill.ordinal + 1}`,
    `START TRANSACTION;
${assertFence(session, fence)};
SELECT 1 FROM ${ledgerTable(session, 'run')} WHERE ${bind('run_id = ?', [runId])} FOR UPDATE;
SELECT COUNT(*) INTO @lk_found FROM ${table} WHERE ${others} LOCK IN SHARE MODE;
INSERT INTO ${table} (run_id, id, backfill, ordinal, lower_key, upper_key, done, updated_at)
SELECT p.*, UTC_TIMESTAMP(6) FROM (
${rows.join('\nUNION ALL ')}
) p WHERE @lk_found = 0;
COMMIT`,
  );
}
