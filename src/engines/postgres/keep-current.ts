import { createHash } from 'node:crypto';
import type { KeepCurrentInput, KeepCurrentStatements } from '../../app/ports/engine.ts';
import type { Statement } from '../../core/analysis/statement.ts';
import { type ClaimDetails, claim, created, dropped, lockOn } from './analysis/claim.ts';
import { quoteIdentifier, quoteTable, splitName } from './quote.ts';

/**
 * Set to `on` by the sessions that work on batches: what they write is up to date already, and calling the
 * trigger's function for each of their rows would double the cost of a backfill.
 */
export const ownBatch = 'lockkeeper.own_batch';

/**
 * A trigger that gives each inserted or updated row, for which `where` is true, the values of the backfill.
 *
 * The function runs with the rights of whoever writes (firing it needs no right on it or on its schema) and with
 * the search path and notation of the session that installed it, so that an expression means for every writer what
 * it means to the backfill. Generated columns have no value yet in a BEFORE trigger and read as NULL in the expressions.
 */
export function keepCurrent(backfill: KeepCurrentInput): KeepCurrentStatements {
  const { table, version, ordinal } = backfill;
  const id = createHash('sha256')
    .update(JSON.stringify([version, ordinal, table]))
    .digest('hex')
    .slice(0, 12);
  const trigger = `lockkeeper_keep_${id}`;
  const functionName = `lockkeeper.keep_${id}`;
  const routine = { type: 'function', name: functionName } as const;
  const fired = { type: 'trigger', name: trigger, table } as const;
  const place = `ON ${quoteTable(table)}`;
  return {
    install: [
      statement('CREATE FUNCTION', functionText(backfill, functionName), { effects: [created(routine)] }),
      statement(
        'CREATE TRIGGER',
        `CREATE TRIGGER ${quoteIdentifier(trigger)} BEFORE INSERT OR UPDATE ${place}\n  FOR EACH ROW WHEN (pg_catalog.current_setting('${ownBatch}', true) IS DISTINCT FROM 'on')\n  EXECUTE FUNCTION ${quoteTable(functionName)}()`,
        { effects: [created(fired)], locks: lockOn('SHARE ROW EXCLUSIVE', table) },
      ),
    ],
    remove: [
      statement('DROP TRIGGER', `DROP TRIGGER IF EXISTS ${quoteIdentifier(trigger)} ${place}`, {
        effects: [dropped(fired)],
        locks: lockOn('ACCESS EXCLUSIVE', table),
      }),
      statement('DROP FUNCTION', `DROP FUNCTION IF EXISTS ${quoteTable(functionName)}()`, {
        effects: [dropped(routine)],
      }),
    ],
  };
}

function statement(verb: string, text: string, details: ClaimDetails): Statement {
  return { text, position: { path: 'lockkeeper', line: 1, column: 1 }, ...claim(verb, 'schema', details) };
}

/** What names and literals mean, and how values turn into text. */
const pinned = [
  'search_path',
  'standard_conforming_strings',
  'TimeZone',
  'DateStyle',
  'IntervalStyle',
  'extra_float_digits',
  'bytea_output',
];

/**
 * The expressions see one row under the bare table's name. Columns win over plpgsql's variables of the same name;
 * if no row qualifies, nothing is assigned.
 */
function functionText({ table, set, where }: KeepCurrentInput, functionName: string): string {
  const alias = quoteIdentifier(splitName(table).at(-1) ?? table);
  const columns = Object.entries(set);
  const values = columns.map(([, expression], index) => `(${expression}) AS v${index + 1}`);
  const assignments = columns.map(
    ([column], index) => `    NEW.${quoteIdentifier(column)} := lockkeeper_row.v${index + 1};`,
  );
  const body = [
    '#variable_conflict use_column',
    'DECLARE',
    '  lockkeeper_row record;',
    'BEGIN',
    `  SELECT ${values.join(', ')}`,
    '    INTO lockkeeper_row',
    `    FROM (SELECT (NEW).*) AS ${alias}`,
    ...(where === null ? [] : [`   WHERE (${where})`]),
    '  ;',
    '  IF FOUND THEN',
    ...assignments,
    '  END IF;',
    '  RETURN NEW;',
    'END',
  ].join('\n');
  const quote = dollarQuote(body);
  return [
    `CREATE OR REPLACE FUNCTION ${quoteTable(functionName)}() RETURNS trigger`,
    '  LANGUAGE plpgsql SECURITY INVOKER',
    ...pinned.map((name) => `  SET ${name} FROM CURRENT`),
    `  AS ${quote}`,
    body,
    quote,
  ].join('\n');
}

function dollarQuote(body: string): string {
  let tag = '$keep$';
  for (let count = 1; body.includes(tag.slice(0, -1)); count++) tag = `$keep${count}$`;
  return tag;
}
