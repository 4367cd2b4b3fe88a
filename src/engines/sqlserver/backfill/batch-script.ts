import type { ColumnBackfill } from '../../../core/plan/plan.ts';
import { assertFence, assertPartition } from '../ledger/fence.ts';
import { quoteIdentifier, quoteTable } from '../quote.ts';
import { assignKey, compareKey, declareEmpty, declareKey, keyList, keyTexts } from './key-sql.ts';

/**
 * One batch as one message and one transaction:
 *   guards      the fence is ours and the partition is where the worker believes it to be; else they THROW, and
 *               XACT_ABORT undoes and ends all of it
 *   bound       the key of the n-th row after the cursor, by the server; none when fewer are left before the upper key
 *   reached     that key, or the upper key of the partition for its last batch
 *   update      of the rows up to there, seen anew: a row that came in between is changed too
 *   checkpoint  cursor and figures, and the answer to the worker by OUTPUT
 * The variables have the types of the key, so that no column is converted and every statement is a range of the index.
 * The ledger has no triggers, which would refuse an OUTPUT without INTO; of the author's table nothing is put out.
 *
 * Parameters: @fence, @run, @partition, @batches (done so far), @rows (wanted), @upper0 …, and @after0 … unless the
 * batch is the first of the first partition.
 */
export function batchScript(backfill: ColumnBackfill, hasLower: boolean): string {
  const { key } = backfill;
  const table = quoteTable(backfill.table);
  const lower = hasLower ? [compareKey(key, '>', 'lk_after')] : [];
  const upTo = (variable: string): string => [...lower, compareKey(key, '<=', variable)].join(' AND ');
  const set = Object.entries(backfill.set).map(
    ([column, value]) => `${quoteIdentifier(column)} = (${value}\n)`,
  );
  const where = backfill.where === null ? '' : `\n  AND (${backfill.where}\n)`;
  const after = hasLower ? `DECLARE ${declareKey(key, 'lk_after', 'after')};\n` : '';
  return `SET XACT_ABORT ON;
${after}DECLARE ${declareKey(key, 'lk_upper', 'upper')};
DECLARE ${declareEmpty(key, 'lk_reached')};
DECLARE @lk_last bit = 0, @lk_visited bigint = @rows, @lk_changed bigint;
BEGIN TRANSACTION;
${assertFence}
${assertPartition}
SELECT ${assignKey(key, 'lk_reached', (name) => name)} FROM ${table}
WHERE ${upTo('lk_upper')}
ORDER BY ${keyList(key)} OFFSET @rows - 1 ROWS FETCH NEXT 1 ROWS ONLY;
IF @@ROWCOUNT = 0
BEGIN
  SELECT @lk_last = 1, ${assignKey(key, 'lk_reached', (_, index) => `@lk_upper${index}`)};
  SELECT @lk_visited = COUNT_BIG(*) FROM ${table} WHERE ${upTo('lk_upper')};
END;
UPDATE ${table} SET ${set.join(', ')}
WHERE ${upTo('lk_reached')}${where};
SET @lk_changed = ROWCOUNT_BIG();
UPDATE lockkeeper.partition SET cursor_key = ${keyTexts(key, 'lk_reached')}, done = @lk_last, batches = batches + 1,
  rows_visited = rows_visited + @lk_visited, rows_changed = rows_changed + @lk_changed, updated_at = SYSUTCDATETIME()
OUTPUT inserted.done, inserted.batches, inserted.rows_visited AS visited, inserted.rows_changed AS changed,
  inserted.cursor_key AS [after]
WHERE run_id = @run AND id = @partition;
COMMIT TRANSACTION;`;
}

/** A column as the catalogue describes it. */
export interface WrittenColumn {
  readonly name: string;
  readonly type: string;
  readonly computed: boolean;
  readonly identity: boolean;
}

/** Why a backfill cannot set a column, in words; null where it may. */
export function refusedColumn({ name, type, computed, identity }: WrittenColumn): string | null {
  if (computed) return `${name} is computed by the server`;
  if (/^(rowversion|timestamp)$/i.test(type))
    return `${name} is a rowversion: the server gives it a value at each write`;
  return identity ? `${name} is an identity column, which no UPDATE may set` : null;
}
