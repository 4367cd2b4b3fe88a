import type { Backfill } from '../../../core/plan/plan.ts';
import { quoteIdentifier, quoteTable } from '../quote.ts';
import { compareKey, keyList, keyOrder, keyParameters } from './key-sql.ts';

/** Parameters before the keys: fence, run, partition, batches done so far, rows wanted. */
const KEYS_FROM = 6;

/**
 * One batch as one statement, hence one transaction and one round trip:
 *   guard       the fence is ours and the partition is where the worker believes it to be; else nothing happens
 *   bound       the key of the n-th row after the cursor; none when fewer are left before the upper key
 *   reached     that key, or the upper key of the partition for its last batch
 *   changed     the update
 *   checkpoint  cursor and figures
 * Keys compare with values and init plans only, so every part is a range scan of the key's index, whatever
 * the size of the table. Rows that appear behind the cursor meanwhile are not chased.
 *
 * Commits do not wait for the disk (the worker's session has synchronous_commit off): a crash of the server
 * loses a batch and its cursor together, never one of them, and the batch is simply made again. The last
 * batch of a partition does wait, and the log is flushed in order, so a partition that is done stays done.
 *
 * @param hasLower whether there is a key to begin after; the first batch of the first partition has none
 */
export function batchStatement(
  backfill: Backfill,
  hasLower: boolean,
): { readonly name: string; readonly text: string } {
  const { key } = backfill;
  const table = quoteTable(backfill.table);
  const upper = keyParameters(key, KEYS_FROM);
  const after = hasLower ? [compareKey(key, '>', keyParameters(key, KEYS_FROM + key.length))] : [];
  const inRange = (end: readonly string[]): string => [...after, compareKey(key, '<=', end)].join(' AND ');
  const bounds = key.map((_column, index) => `k${index}`);
  const reached = bounds.map((name) => `(SELECT ${name} FROM reached)`);
  const set = Object.entries(backfill.set).map(
    ([column, value]) => `${quoteIdentifier(column)} = (${value})`,
  );
  const where = backfill.where === null ? '' : `AND (${backfill.where})`;
  const text = `
WITH guard AS MATERIALIZED (
  SELECT lockkeeper.assert_fence($1::bigint) IS NOT NULL AS ok
  FROM lockkeeper.partition
  WHERE run_id = $2 AND id = $3 AND batches = $4::bigint AND NOT done
  FOR UPDATE
), bound(${bounds.join(', ')}) AS MATERIALIZED (
  SELECT ${keyList(key)} FROM ${table}
  WHERE ${inRange(upper)}
  ORDER BY ${keyOrder(key, 'ASC')} OFFSET $5::bigint - 1 LIMIT 1
), reached AS MATERIALIZED (
  SELECT ${bounds.map((name, index) => `coalesce(b.${name}, ${upper[index]}) AS ${name}`).join(', ')},
         b.k0 IS NOT NULL AS full_batch
  FROM (VALUES (1)) one LEFT JOIN bound b ON true
), changed AS (
  UPDATE ${table} SET ${set.join(', ')}
  WHERE (SELECT ok FROM guard) AND ${inRange(reached)} ${where}
  RETURNING 1
), counted AS MATERIALIZED (
  SELECT CASE WHEN r.full_batch THEN $5::bigint
              ELSE (SELECT count(*) FROM ${table} WHERE ${inRange(upper)}) END AS visited,
         (SELECT count(*) FROM changed) AS changed,
         NOT r.full_batch AS last_batch,
         CASE WHEN NOT r.full_batch THEN set_config('synchronous_commit', (SELECT coalesce(nullif(reset_val, 'off'), 'on')
           FROM pg_catalog.pg_settings WHERE name = 'synchronous_commit'), true) END AS durable,
         ARRAY[${bounds.map((name) => `r.${name}::text`).join(', ')}] AS cursor_key
  FROM reached r
), checkpoint AS (
  UPDATE lockkeeper.partition p
  SET cursor_key = c.cursor_key, done = c.last_batch, batches = p.batches + 1,
      rows_visited = p.rows_visited + c.visited, rows_changed = p.rows_changed + c.changed,
      updated_at = clock_timestamp()
  FROM counted c
  WHERE p.run_id = $2 AND p.id = $3 AND (SELECT ok FROM guard)
  RETURNING p.done, p.batches, p.rows_visited, p.rows_changed, c.visited, c.changed, to_json(p.cursor_key) AS after
)
SELECT * FROM checkpoint`;
  return { name: hasLower ? 'next_batch' : 'first_batch', text };
}
