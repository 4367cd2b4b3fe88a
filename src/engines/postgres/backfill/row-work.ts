import type { KeyColumn, RowBackfill } from '../../../core/plan/plan.ts';
import { literal, quoteIdentifier, quoteTable } from '../quote.ts';
import { typed } from '../replace/mirror.ts';
import { refuseRefusedWrites } from '../replace/proof.ts';
import { insertHead, keyNames, listed, rowName } from '../replace/rows.ts';
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
 */
export const copyRows = (backfill: RowBackfill, range: Range, changed: string): string =>
  `  ${insertHead(backfill.carries.into, backfill.carries.columns)}
    FROM ${quoteTable(backfill.table)} AS ${rowName(backfill.table)} WHERE ${within(backfill.key, range)}
    FOR KEY SHARE OF ${rowName(backfill.table)}
    ON CONFLICT (${listed(backfill.carries.intoKey)}) DO NOTHING;
  GET DIAGNOSTICS ${changed} = ROW_COUNT;`;

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
  const there = within(
    key.map(({ type }, index) => ({ name: carries.intoKey[index] ?? '', type })),
    range,
  );
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

function differences({ table, key, carries }: RowBackfill, here: string, there: string): string {
  const side = (
    columns: readonly { readonly name: string; readonly value: string }[],
    names: readonly string[],
    from: string,
    where: string,
  ): string => {
    const keys = names.map((name, index) => `${quoteIdentifier(name)} AS lk_k${index}`);
    const values = columns.map(({ value }) => value);
    return `(SELECT ${keys.join(', ')}, ROW(${values.join(', ')}) AS lk_row FROM ${from} WHERE ${where})`;
  };
  const computed = carries.columns.map((column) => ({ name: column.name, value: typed(column) }));
  const held = carries.columns.map(({ name }) => ({ name, value: quoteIdentifier(name) }));
  const on = key.map((_, index) => `lk_here.lk_k${index} = lk_there.lk_k${index}`);
  return `SELECT pg_catalog.count(*) INTO lk_differences FROM
    ${side(computed, keyNames(key), `${quoteTable(table)} AS ${rowName(table)}`, here)} lk_here
    FULL JOIN ${side(held, carries.intoKey, quoteTable(carries.into), there)} lk_there ON ${on.join(' AND ')}
    WHERE lk_here.lk_k0 IS NULL OR lk_there.lk_k0 IS NULL OR lk_here.lk_row OPERATOR(pg_catalog.*<>) lk_there.lk_row`;
}
