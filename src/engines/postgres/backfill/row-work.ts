import type { KeyColumn, RowBackfill } from '../../../core/plan/plan.ts';
import { literal, quoteIdentifier, quoteTable } from '../quote.ts';
import { typed } from '../replace/mirror.ts';
import { refuseRefusedWrites } from '../replace/proof.ts';
import { insertHead, keyNames, listed, rowName, sameKey } from '../replace/rows.ts';
import { compareKey } from './key-sql.ts';

/** Bounds of the key by value, exclusive below and inclusive above; null where there is none. */
export interface Range {
  readonly after: readonly string[] | null;
  readonly upTo: readonly string[] | null;
}

export function within(key: readonly KeyColumn[], { after, upTo }: Range): string {
  const bounds = [
    ...(after === null ? [] : [compareKey(key, '>', after)]),
    ...(upTo === null ? [] : [compareKey(key, '<=', upTo)]),
  ];
  return bounds.length === 0 ? 'true' : bounds.join(' AND ');
}

/**
 * Rows that the other table lacks. Safe beside every writer at READ COMMITTED, because the triggers were there before:
 *
 * - FOR KEY SHARE waits for whoever is deleting a row or changing its key, and reads it anew then: a row that is gone
 *   is not carried, and none that is carried can go before this batch commits, so that its trigger finds it.
 * - A row that is there was put there by a trigger, from this row or a later version of it: it is left alone. That is
 *   seen even if its writer has not committed: the key's unique index makes one of the two wait for the other.
 * - A writer that changes other columns at the same time is not waited for. Its trigger writes after its update: over
 *   what was carried, or before it, and then the row is there.
 * - A row that this statement does not see yet was inserted after the triggers came, and is carried by them.
 *
 * ON CONFLICT makes each row half as dear again, and is needed only where a trigger puts a row there while the
 * statement runs. So a session does without it until it meets the first such row: then the statement fails, is undone
 * alone, and is made again with it, as are all that follow in this session.
 */
export function copyRows(backfill: RowBackfill, range: Range, changed: string): string {
  const { table, key, carries } = backfill;
  const rows = `${insertHead(carries.into, carries.columns)}
      FROM ${quoteTable(table)} AS ${rowName(table)} WHERE ${within(key, range)}`;
  const lock = `FOR KEY SHARE OF ${rowName(table)}`;
  return `  IF pg_catalog.current_setting('${metWriter}', true) IS DISTINCT FROM 'on' THEN
    BEGIN
      ${rows}
        AND NOT EXISTS (SELECT FROM ${quoteTable(carries.into)} lk_there
          WHERE ${within(keyThere(backfill), range)}
            AND ${sameKey('lk_there', carries.intoKey, rowName(table), keyNames(key))})
      ${lock};
      GET DIAGNOSTICS ${changed} = ROW_COUNT;
    EXCEPTION WHEN unique_violation THEN
      PERFORM pg_catalog.set_config('${metWriter}', 'on', false);
    END;
  END IF;
  IF pg_catalog.current_setting('${metWriter}', true) = 'on' THEN
    ${rows}
      ${lock}
      ON CONFLICT (${listed(carries.intoKey)}) DO NOTHING;
    GET DIAGNOSTICS ${changed} = ROW_COUNT;
  END IF;`;
}

/** On in a session whose copy has met a row that a trigger carried at the same time. */
const metWriter = 'lockkeeper.copy_met_writer';

/** The key as the other table has it. */
const keyThere = ({ key, carries }: RowBackfill): readonly KeyColumn[] =>
  key.map(({ type }, index) => ({ name: carries.intoKey[index] ?? '', type }));

/**
 * Compares both tables in a range of keys, row by row and byte by byte, and carries again what differs.
 *
 * One statement sees one snapshot, and a write and its trigger's commit together: without a fault nothing ever differs,
 * however many write meanwhile. What differs is mended while nobody can write to the table (readers can): so nothing
 * newer can be overwritten and nothing deleted can come back. What differs still then gives another value each
 * time it is computed, and the run ends.
 */
export function compareRows(backfill: RowBackfill, range: Range, changed: string): string {
  const { table, key, carries } = backfill;
  const here = within(key, range);
  const there = within(keyThere(backfill), range);
  const count = differences(backfill, here, there);
  return `  ${count};
  IF lk_differences > 0 THEN
    LOCK TABLE ${quoteTable(table)} IN SHARE ROW EXCLUSIVE MODE;
    DELETE FROM ${quoteTable(carries.into)} WHERE ${there};
    ${insertHead(carries.into, carries.columns)}
      FROM ${quoteTable(table)} AS ${rowName(table)} WHERE ${here};
    ${changed} := ${changed} + lk_differences;
    ${count};
    IF lk_differences > 0 THEN
      RAISE EXCEPTION USING ERRCODE = 'LK003',
        MESSAGE = pg_catalog.format('%s rows of %s differ from what was carried a moment before: an expression gives another value each time', lk_differences, ${literal(table)});
    END IF;
  END IF;`;
}

/** Fails when the triggers had to let a write pass that the other table refused: it lacks that. */
export const refuseRefused = ({ table, carries }: RowBackfill): string =>
  refuseRefusedWrites(table, carries.refusedWrites, 'carry');

/** Rows that only one of the tables has, or that differ in a byte. */
function differences({ table, key, carries }: RowBackfill, here: string, there: string): string {
  const computed = carries.columns.map((column) => ({ ...column, value: typed(column) }));
  const held = carries.columns.map((column) => ({ ...column, value: quoteIdentifier(column.name) }));
  const on = key.map((_, index) => `lk_here.lk_k${index} = lk_there.lk_k${index}`);
  const differs = [
    ...carries.columns.flatMap(({ type }, index) => {
      const bytes = bytesOf(type);
      return bytes === null
        ? []
        : [`${bytes(`lk_here.lk_c${index}`)} IS DISTINCT FROM ${bytes(`lk_there.lk_c${index}`)}`];
    }),
    ...(carries.columns.every(({ type }) => bytesOf(type) !== null)
      ? []
      : ['lk_here.lk_row OPERATOR(pg_catalog.*<>) lk_there.lk_row']),
  ];
  return `SELECT pg_catalog.count(*) INTO lk_differences FROM
    ${side(computed, keyNames(key), `${quoteTable(table)} AS ${rowName(table)}`, here)} lk_here
    FULL JOIN ${side(held, carries.intoKey, quoteTable(carries.into), there)} lk_there ON ${on.join(' AND ')}
    WHERE lk_here.lk_k0 IS NULL OR lk_there.lk_k0 IS NULL
       OR ${differs.join('\n       OR ')}`;
}

interface Side {
  readonly type: string;
  readonly value: string;
}

function side(columns: readonly Side[], key: readonly string[], from: string, where: string): string {
  const keys = key.map((name, index) => `${quoteIdentifier(name)} AS lk_k${index}`);
  const single = columns.flatMap((column, index) =>
    bytesOf(column.type) === null ? [] : [`${column.value} AS lk_c${index}`],
  );
  const others = columns.filter(({ type }) => bytesOf(type) === null).map(({ value }) => value);
  const row = others.length === 0 ? [] : [`ROW(${others.join(', ')}) AS lk_row`];
  return `(SELECT ${[...keys, ...single, ...row].join(', ')} FROM ${from} WHERE ${where})`;
}

/**
 * How values of a type are compared one by one so that they are equal only if their bytes are: half as dear as
 * putting them into rows whose bytes are compared. Null for the others: numeric (1.0 is 1.00), floating point
 * (0 is -0), padded texts, and what is not the server's own.
 */
function bytesOf(type: string): ((value: string) => string) | null {
  if (exactTypes.test(type)) return (value) => value;
  if (textTypes.test(type)) return (value) => `(${value} COLLATE pg_catalog."C")`;
  return null;
}

const exactTypes =
  /^(smallint|integer|bigint|boolean|uuid|bytea|date|time(stamp)?(\(\d\))? with(out)? time zone)$/;
const textTypes = /^(text|character varying(\(\d+\))?)$/;
