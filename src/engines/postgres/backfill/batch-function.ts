import type { Backfill, ColumnBackfill, RowDeletion } from '../../../core/plan/plan.ts';
import { arrayLiteral, dollarQuoted, literal, quoteIdentifier, quoteTable, splitName } from '../quote.ts';
import { settings } from '../replace/mirror.ts';
import { keyList, keyOrder, keyTexts, keyValues } from './key-sql.ts';
import { compareRows, copyRows, type Range, refuseRefused, within } from './row-work.ts';

/** A function of the worker's own session, and the statement that calls it for one batch. */
export interface BatchFunction {
  readonly create: string;
  readonly call: { readonly name: string; readonly text: string };
}

/** Stands before the names of variables, so that no column of the table is taken for one. */
const label = 'lockkeeper_batch';

/**
 * One batch as one call, hence one transaction and one round trip:
 *   guard       the fence is ours and the partition is where the worker believes it to be; else nothing happens
 *   bound       the key of the n-th row after the cursor; none when fewer are left before the upper key
 *   reached     that key, or the upper key of the partition for its last batch
 *   work        on the rows up to there: an update of theirs; or they are carried into another table, compared, or go
 *   checkpoint  cursor and figures
 * Keys compare with values only, so every statement is a range scan of the key's index, whatever the size of the
 * table. Rows that appear behind the cursor meanwhile are not chased. The update sees rows that were inserted into
 * its range after the bound was found; it changes them too, and nothing is missed.
 *
 * A function instead of one statement with common table expressions: the server counts the rows it changes by
 * itself, where RETURNING would carry each of them out of the update (a tenth of the whole batch).
 *
 * Commits do not wait for the disk (the worker's session has synchronous_commit off): a crash of the server
 * loses a batch and its cursor together, never one of them, and the batch is simply made again. The last
 * batch of a partition does wait, and the log is flushed in order, so a partition that is done stays done.
 *
 * Expressions end on lines of their own, so that a comment at the end of one swallows nothing.
 *
 * @param hasLower whether there is a key to begin after; the first batch of the first partition has none
 */
export function batchFunction(backfill: Backfill, hasLower: boolean): BatchFunction {
  const name = `pg_temp.${hasLower ? 'lockkeeper_next_batch' : 'lockkeeper_first_batch'}`;
  return {
    // Without names, so that no name in an author's expression can mean a parameter.
    create: `CREATE OR REPLACE FUNCTION ${name}(bigint, text, text, bigint, bigint, text[], text[])
  RETURNS json LANGUAGE plpgsql${pinned(backfill)} AS ${dollarQuoted(bodyOf(backfill, hasLower, numbered))}`,
    call: {
      name: hasLower ? 'next_batch' : 'first_batch',
      text: `SELECT ${name}($1::bigint, $2, $3, $4::bigint, $5::bigint, $6::text[], $7::text[]) AS answer`,
    },
  };
}

/** What a batch is told, as SQL, and how it answers. */
interface Told {
  readonly fence: string;
  readonly run: string;
  readonly partition: string;
  /** Done so far. */
  readonly batches: string;
  readonly rows: string;
  readonly upper: string;
  /** The key to begin after. */
  readonly after: string;
  readonly answer: (value: string) => string;
}

const numbered: Told = {
  fence: '$1',
  run: '$2',
  partition: '$3',
  batches: '$4',
  rows: '$5',
  upper: '$6',
  after: '$7',
  answer: (value) => `RETURN ${value};`,
};

/** Where a batch that is a block leaves its answer, to the end of the transaction. */
export const blockAnswer = 'lockkeeper.batch_answer';

/** The same as a block with its values in it, for a transport that keeps no session which could own a function. */
export function batchBlock(
  backfill: ColumnBackfill | RowDeletion,
  { fence, run, partition, batches, rows, upper, after }: BatchValues,
): string {
  const told: Told = {
    fence: `${fence}::bigint`,
    run: literal(run),
    partition: literal(partition),
    batches: `${batches}::bigint`,
    rows: `${rows}::bigint`,
    upper: arrayText(upper),
    after: arrayText(after ?? []),
    answer: (value) =>
      `PERFORM pg_catalog.set_config('${blockAnswer}', coalesce((${value})::text, ''), true);\n  RETURN;`,
  };
  return `DO ${dollarQuoted(bodyOf(backfill, after !== null, told))}`;
}

export interface BatchValues {
  readonly fence: number;
  readonly run: string;
  readonly partition: string;
  readonly batches: number;
  readonly rows: number;
  readonly upper: readonly string[];
  readonly after: readonly string[] | null;
}

const arrayText = (texts: readonly string[]): string => `${literal(arrayLiteral(texts))}::text[]`;

function bodyOf(backfill: Backfill, hasLower: boolean, told: Told): string {
  const { key } = backfill;
  const table = quoteTable(backfill.table);
  const upper = keyValues(key, told.upper);
  const reached = keyValues(key, `${label}.lk_reached`);
  const after = hasLower ? keyValues(key, told.after) : null;
  const upTo = (end: readonly string[]): string => within(key, { after, upTo: end });
  return `
#variable_conflict use_column
<<${label}>>
DECLARE
  lk_reached text[];
  lk_last boolean;
  lk_visited bigint := ${told.rows};
  lk_changed bigint := 0;
  lk_differences bigint;
  lk_answer json;
BEGIN
  PERFORM lockkeeper.assert_fence(${told.fence});
  PERFORM FROM lockkeeper.partition p
    WHERE p.run_id = ${told.run} AND p.id = ${told.partition} AND p.batches = ${told.batches} AND NOT p.done FOR UPDATE;
  IF NOT FOUND THEN
    ${told.answer('NULL')}
  END IF;

  SELECT ${keyTexts(key)} INTO ${label}.lk_reached FROM (
    SELECT ${keyList(key)} FROM ${table} WHERE ${upTo(upper)}
    ORDER BY ${keyOrder(key, 'ASC')} OFFSET ${told.rows} - 1 LIMIT 1
  ) bound;
  ${label}.lk_last := NOT FOUND;
  IF ${label}.lk_last THEN
    ${label}.lk_reached := ${told.upper};
    SELECT count(*) INTO ${label}.lk_visited FROM ${table} WHERE ${upTo(upper)};
    PERFORM set_config('synchronous_commit', coalesce(nullif(s.reset_val, 'off'), 'on'), true)
      FROM pg_catalog.pg_settings s WHERE s.name = 'synchronous_commit';
  END IF;

${workOf(backfill, { after, upTo: reached }, told)}

  UPDATE lockkeeper.partition p
    SET cursor_key = ${label}.lk_reached, done = ${label}.lk_last, batches = p.batches + 1,
        rows_visited = p.rows_visited + ${label}.lk_visited, rows_changed = p.rows_changed + ${label}.lk_changed,
        updated_at = clock_timestamp()
    WHERE p.run_id = ${told.run} AND p.id = ${told.partition}
    RETURNING json_build_object('done', p.done, 'batches', p.batches, 'visited', p.rows_visited,
      'changed', p.rows_changed, 'after', p.cursor_key) INTO ${label}.lk_answer;
  ${told.answer(`${label}.lk_answer`)}
END
`;
}

const changed = `${label}.lk_changed`;

function workOf(backfill: Backfill, range: Range, told: Told): string {
  if (backfill.deletes !== undefined) return deleteRows(backfill, range);
  if (backfill.carries === undefined) return updateRows(backfill, range);
  if (backfill.carries.does === 'copy') return copyRows(backfill, range, changed);
  // Behind the last key of the last partition the other table might hold what this one does not.
  return `${refuseRefused(backfill)}
${compareRows(backfill, range, changed)}
  IF ${label}.lk_last AND NOT EXISTS (
    SELECT FROM lockkeeper.partition p JOIN lockkeeper.partition own ON own.run_id = p.run_id AND own.id = ${told.partition}
    WHERE p.run_id = ${told.run} AND p.backfill = own.backfill AND p.ordinal > own.ordinal
  ) THEN
${compareRows(backfill, { after: range.upTo, upTo: null }, changed)}
  END IF;`;
}

function updateRows({ table, key, set, where }: ColumnBackfill, range: Range): string {
  const assignments = Object.entries(set).map(
    ([column, value]) => `${quoteIdentifier(column)} = (${value}\n)`,
  );
  const condition = where === null ? '' : `\n    AND (${where}\n)`;
  return `  UPDATE ${quoteTable(table)} SET ${assignments.join(', ')}
    WHERE ${within(key, range)}${condition};
  GET DIAGNOSTICS ${changed} = ROW_COUNT;`;
}

/** A row that a writer holds is waited for and looked at anew: one for which the condition is true no more stays. */
const deleteRows = ({ table, key, deletes }: RowDeletion, range: Range): string =>
  `  DELETE FROM ${quoteTable(table)}
    WHERE ${within(key, range)}
    AND (${deletes.where}\n);
  GET DIAGNOSTICS ${changed} = ROW_COUNT;`;

/**
 * Expressions of a replacement mean in a batch what they mean in its triggers. Statements are planned once for a
 * session, and at first the new table is empty: it is to be found by its key and joined in one pass all the same.
 */
function pinned({ carries, table }: Backfill): string {
  if (carries === undefined) return '';
  const [schema = ''] = splitName(table);
  const meaning = settings({ schema }).filter((setting) => !setting.startsWith('enable_'));
  const plans = ['enable_seqscan = off', 'enable_nestloop = off'];
  return `\n  ${[...meaning, ...plans].map((setting) => `SET ${setting}`).join(' ')}`;
}
