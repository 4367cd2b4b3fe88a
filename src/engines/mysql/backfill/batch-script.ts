import type { PartitionId, RunId } from '../../../core/ids.ts';
import type { ColumnBackfill } from '../../../core/plan/plan.ts';
import type { KeyTexts } from '../../partition-row.ts';
import { inOrder } from '../assignment-order.ts';
import { assertFence, assertPartition } from '../ledger/fence.ts';
import { ledgerTable } from '../ledger/names.ts';
import { bind, quoteIdentifier, quoteTable } from '../quote.ts';
import { compareKey, jsonOf, keptValues, keptVariables, keyLiterals, keyOrder, keyTexts } from './key-sql.ts';
import { partitionColumns } from './read-partitions.ts';

export interface BatchInput {
  readonly database: string;
  readonly runId: RunId;
  readonly id: PartitionId;
  readonly fence: number;
  readonly backfill: ColumnBackfill;
  /** Batches done so far: where the partition is believed to stand. */
  readonly batches: number;
  readonly rows: number;
  /** Key to begin after; null: at the smallest. */
  readonly after: KeyTexts | null;
  readonly upper: KeyTexts;
}

/**
 * One batch as one message, hence one round trip, and one transaction:
 *   guards      the fence is ours and the partition is where the worker believes it to be; else they fail, and the
 *               server stops reading the message
 *   bound       the key of the n-th row after the cursor, into variables; none when fewer are left before the upper key
 *   reached     that key, or the upper key of the partition for its last batch
 *   update      of the rows up to there
 *   checkpoint  cursor and figures
 * Keys compare with values only, so every statement is a range scan of the key's index, whatever the size of the
 * table. Rows that appear behind the cursor meanwhile are not chased. The update sees rows that were inserted into
 * its range after the bound was found; it changes them too, and nothing is missed.
 *
 * A session that is killed in the middle rolls all of it back; once COMMIT has been read it stands, whoever is there
 * to hear of it.
 */
export function batchScript(input: BatchInput): string {
  const { backfill, runId, id, batches, rows, after, upper } = input;
  const { key } = backfill;
  const table = quoteTable(backfill.table);
  const partition = ledgerTable(input, 'partition');
  const names = key.map((_, index) => `@lk_key${index}`);
  const texts = '@lk_text';
  const lower = after === null ? [] : [compareKey(key, '>', keyLiterals(key, after))];
  const upTo = (end: readonly string[]): string => [...lower, compareKey(key, '<=', end)].join(' AND ');
  const upperLiterals = keyLiterals(key, upper);
  const place = bind('run_id = ? AND id = ?', [runId, id]);
  const set = inOrder(backfill.set, backfill.table).map(
    ([column, value]) => `${quoteIdentifier(column)} = (${value}\n)`,
  );
  const where = backfill.where === null ? '' : `\n  AND (${backfill.where}\n)`;
  return `
START TRANSACTION;
${assertFence(input, input.fence)};
${assertPartition(input, `${place} AND batches = ${batches} AND done = 0`)};
SET ${texts} = NULL;
SELECT ${keyTexts(key)}, ${keptValues(key).join(', ')} INTO ${texts}, ${names.join(', ')}
FROM ${table} WHERE ${upTo(upperLiterals)}
ORDER BY ${keyOrder(key, 'ASC')} LIMIT 1 OFFSET ${rows - 1};
SET @lk_last = ${texts} IS NULL, @lk_visited = ${rows};
SELECT ${jsonOf(upper.map((text) => `'${text}'`))}, ${upperLiterals.join(', ')} INTO ${texts}, ${names.join(', ')}
FROM DUAL WHERE @lk_last;
SELECT IF(@lk_last, COUNT(*), ${rows}) INTO @lk_visited FROM ${table} WHERE @lk_last AND ${upTo(upperLiterals)};
UPDATE ${table} SET ${set.join(', ')}
WHERE ${upTo(keptVariables(key, names))}${where};
SET @lk_changed = ROW_COUNT();
UPDATE ${partition} SET cursor_key = ${texts}, done = @lk_last, batches = batches + 1,
  rows_visited = rows_visited + @lk_visited, rows_changed = rows_changed + @lk_changed, updated_at = UTC_TIMESTAMP(6)
WHERE ${place};
SELECT ${partitionColumns} FROM ${partition} WHERE ${place};
COMMIT`;
}
