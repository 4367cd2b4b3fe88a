import { dollarQuoted, literal, quoteIdentifier, quoteTable } from '../quote.ts';
import type { Filled, Mapping } from './mapping.ts';
import type { Places } from './places.ts';
import { insertHead, listed, rowName, sameKey } from './rows.ts';

/** Triggers that carry every write to one table into another, in the writer's own transaction. */
export interface Mirror {
  readonly places: Places;
  /** `carry`: from the old table into the new one, before the swap; `return`: the other way round, after it. */
  readonly way: 'carry' | 'return';
  readonly from: string;
  readonly into: string;
  /** Of `from`. */
  readonly fromKey: readonly string[];
  readonly mapping: Mapping;
  /** Columns of indexes of `into`, but for that of the key, that refuse rows. */
  readonly uniques: readonly string[];
}

export const mirrorEvents = ['insert', 'update', 'delete', 'truncate'] as const;
type MirrorEvent = (typeof mirrorEvents)[number];

export const mirrorTrigger = ({ prefix }: Places, way: Mirror['way'], event: MirrorEvent): string =>
  `${prefix}_${way}_${event}`;

export const mirrorFunction = ({ oldSchema }: Places, way: Mirror['way'], event: MirrorEvent): string =>
  `${oldSchema}.${way}_${event}`;

/**
 * One trigger a statement and event, on the rows it has touched: two fifths cheaper on bulk writes than one a row. They
 * fire in sessions that switch triggers off (`session_replication_role`), too.
 */
export function triggerTexts({ places, way, from }: Mirror): readonly TriggerText[] {
  return mirrorEvents.map((event) => {
    const trigger = mirrorTrigger(places, way, event);
    const name = quoteIdentifier(trigger);
    return {
      trigger,
      create: `CREATE TRIGGER ${name} AFTER ${event.toUpperCase()} ON ${quoteTable(from)}${referencing[event]}
  FOR EACH STATEMENT EXECUTE FUNCTION ${quoteTable(mirrorFunction(places, way, event))}()`,
      always: `ALTER TABLE ${quoteTable(from)} ENABLE ALWAYS TRIGGER ${name}`,
    };
  });
}

export interface TriggerText {
  readonly trigger: string;
  readonly create: string;
  readonly always: string;
}

const referencing: Readonly<Record<MirrorEvent, string>> = {
  insert: ' REFERENCING NEW TABLE AS lockkeeper_after',
  update: ' REFERENCING OLD TABLE AS lockkeeper_before NEW TABLE AS lockkeeper_after',
  delete: ' REFERENCING OLD TABLE AS lockkeeper_before',
  truncate: '',
};

/**
 * The functions of the triggers. Each makes the other table what this one is, for the rows that a statement touched:
 *
 *   gone      rows whose key the statement took away. Whether one is gone is asked of the table itself, not of the
 *             statement: another part of it may have put the key back, and its trigger may have fired before.
 *   moved     rows that are to change in a unique column go first and come again: one by one, in an order that the
 *             server chooses, `n = n + 1` would meet a row that is still to be changed.
 *   written   the rows as the statement left them, over those that are there. Nobody else can have a newer one: the
 *             writer holds the lock of the row in this table until it commits, and whoever carries rows from here
 *             reads them under a lock that waits for it.
 *
 * A write that the other table refuses is none of the application's faults: it is noted, in the same transaction,
 * and whoever would rely on the other table looks there first. What the server asks to be repeated, a deadlock, a lock
 * not granted, is passed on.
 *
 * The functions run with the rights of whoever installed them: no role of the application needs a right on the other
 * table. Tables are found by their keys whatever was planned first in the session, and however large a statement was.
 */
export function functionTexts(mirror: Mirror): readonly string[] {
  const { places, way } = mirror;
  return mirrorEvents.map((event) =>
    [
      `CREATE FUNCTION ${quoteTable(mirrorFunction(places, way, event))}() RETURNS trigger`,
      '  LANGUAGE plpgsql SECURITY DEFINER',
      ...settings(places).map((setting) => `  SET ${setting}`),
      `  AS ${dollarQuoted(bodyOf(mirror, event))}`,
    ].join('\n'),
  );
}

/** What names and texts mean is the same for every writer, for the copy and for the comparison. */
export const settings = ({ schema }: Pick<Places, 'schema'>): readonly string[] => [
  `search_path = pg_catalog, ${quoteIdentifier(schema)}, pg_temp`,
  "TimeZone = 'UTC'",
  "DateStyle = 'ISO, MDY'",
  "IntervalStyle = 'postgres'",
  'extra_float_digits = 3',
  "bytea_output = 'hex'",
  'standard_conforming_strings = on',
  'enable_seqscan = off',
  'enable_hashjoin = off',
  'enable_mergejoin = off',
];

function bodyOf(mirror: Mirror, event: MirrorEvent): string {
  return `
#variable_conflict use_column
DECLARE
  lockkeeper_state text;
  lockkeeper_constraint text;
  lockkeeper_column text;
BEGIN
${workOf(mirror, event)
  .map((statement) => `  ${statement};`)
  .join('\n')}
  RETURN NULL;
EXCEPTION
  WHEN data_exception OR integrity_constraint_violation OR syntax_error_or_access_rule_violation OR plpgsql_error THEN
    GET STACKED DIAGNOSTICS lockkeeper_state = RETURNED_SQLSTATE,
      lockkeeper_constraint = CONSTRAINT_NAME, lockkeeper_column = COLUMN_NAME;
    INSERT INTO ${quoteTable(mirror.places.refusedWrites)} (way, event, sqlstate, name)
      VALUES (${literal(mirror.way)}, TG_OP, lockkeeper_state,
              coalesce(nullif(lockkeeper_constraint, ''), nullif(lockkeeper_column, '')));
    RETURN NULL;
END
`;
}

function workOf(mirror: Mirror, event: MirrorEvent): readonly string[] {
  switch (event) {
    case 'insert':
      return [write(mirror)];
    case 'update':
      return [showUnseen(mirror), removeGone(mirror), ...removeMoved(mirror), write(mirror)];
    case 'delete':
      return [showUnseen(mirror), removeGone(mirror)];
    case 'truncate':
      return [`TRUNCATE ${quoteTable(mirror.into)}`];
    default:
      return event satisfies never;
  }
}

/**
 * A transaction at REPEATABLE READ does not see a row that was carried since it began, and would leave it behind. An
 * INSERT meets it: the server then asks for the transaction to be repeated.
 */
const showUnseen = ({ from, into, mapping }: Mirror): string =>
  `IF pg_catalog.current_setting('transaction_isolation') <> 'read committed' THEN
    ${insertHead(into, mapping.columns)}
    FROM lockkeeper_before AS ${rowName(from)}
    ON CONFLICT (${listed(mapping.key)}) DO NOTHING;
  END IF`;

const removeGone = ({ from, into, fromKey, mapping }: Mirror): string =>
  `DELETE FROM ${quoteTable(into)} lk_there USING lockkeeper_before lk_before
    WHERE ${sameKey('lk_there', mapping.key, 'lk_before', fromKey)}
      AND NOT EXISTS (SELECT FROM ${quoteTable(from)} lk_here WHERE ${sameKey('lk_here', fromKey, 'lk_before', fromKey)})`;

function removeMoved({ from, into, fromKey, mapping, uniques }: Mirror): readonly string[] {
  const filled = mapping.columns.filter(({ name }) => uniques.includes(name) && !mapping.key.includes(name));
  if (filled.length === 0) return [];
  const values = [
    ...fromKey.map((name, index) => `${quoteIdentifier(name)} AS lk_k${index}`),
    ...filled.map((column, index) => `${typed(column)} AS lk_v${index}`),
  ];
  const there = mapping.key.map((name, index) => `lk_there.${quoteIdentifier(name)} = lk_after.lk_k${index}`);
  const differs = filled.map(
    ({ name }, index) => `lk_there.${quoteIdentifier(name)} IS DISTINCT FROM lk_after.lk_v${index}`,
  );
  return [
    `DELETE FROM ${quoteTable(into)} lk_there
    USING (SELECT ${values.join(', ')} FROM lockkeeper_after AS ${rowName(from)}) lk_after
    WHERE ${there.join(' AND ')} AND (${differs.join(' OR ')})`,
  ];
}

/** As the column's own type: what it is compared with has been through it. */
export const typed = ({ from, type }: Pick<Filled, 'from' | 'type'>): string => `(${from}\n)::${type}`;

/** An identity that is always generated cannot be set again; in this table it cannot have changed either. */
function write({ from, into, mapping }: Mirror): string {
  const changed = mapping.columns.filter(
    ({ name, alwaysIdentity }) => !mapping.key.includes(name) && !alwaysIdentity,
  );
  const set = changed.map(({ name }) => `${quoteIdentifier(name)} = EXCLUDED.${quoteIdentifier(name)}`);
  const over = set.length === 0 ? 'DO NOTHING' : `DO UPDATE SET ${set.join(', ')}`;
  return `${insertHead(into, mapping.columns)}
    FROM lockkeeper_after AS ${rowName(from)}
    ON CONFLICT (${listed(mapping.key)}) ${over}`;
}
