import { createHash } from 'node:crypto';
import type { KeepCurrentInput, KeepCurrentStatements } from '../../app/ports/engine.ts';
import { lockOn } from '../claim.ts';
import { created, dropped } from '../effects.ts';
import { columnsIn, sourcesOf } from './analysis/sources.ts';
import { ownStatement } from './own-statement.ts';
import { dollarQuoted, literal, quoteIdentifier, quoteTable, splitName } from './quote.ts';

/**
 * Set to `on` by the sessions that work on batches: what they write is up to date already, and calling the
 * trigger's function for each of their rows would double the cost of a backfill.
 */
export const ownBatch = 'lockkeeper.own_batch';

/**
 * A trigger that gives each inserted or updated row, for which `where` is true, the values of the backfill.
 *
 * After that a column follows its source: an update that leaves the column as it was, and finds in it what the
 * expression gives for the row as it was, puts into it what the expression gives for the row as it becomes. A column
 * that the writer changes, or that holds something else, is left alone. An expression that fails changes nothing: no
 * write fails for a row to which `where` does not apply. An expression is not computed again, and its column keeps
 * what it has, if it calls a volatile function or one whose volatility its name does not tell, or reads a column
 * that the backfill sets, the row as a whole or a generated column.
 *
 * The function runs with the rights of whoever writes (firing it needs no right on it or on its schema) and with
 * the search path and notation of the session that installed it, so that an expression means for every writer what
 * it means to the backfill. Generated columns have no value yet in a BEFORE trigger and read as NULL in the expressions.
 */
export async function keepCurrent(backfill: KeepCurrentInput): Promise<KeepCurrentStatements> {
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
      ownStatement('CREATE FUNCTION', functionText(backfill, functionName, await followersOf(backfill)), {
        effects: [created(routine)],
      }),
      ownStatement('EXPLAIN', proofText(backfill), { locks: lockOn('ROW EXCLUSIVE', table) }),
      ownStatement(
        'CREATE TRIGGER',
        `CREATE TRIGGER ${quoteIdentifier(trigger)} BEFORE INSERT OR UPDATE ${place}\n  FOR EACH ROW WHEN (pg_catalog.current_setting('${ownBatch}', true) IS DISTINCT FROM 'on')\n  EXECUTE FUNCTION ${quoteTable(functionName)}()`,
        { effects: [created(fired)], locks: lockOn('SHARE ROW EXCLUSIVE', table) },
      ),
    ],
    reads: await columnsRead(backfill),
    remove: [
      ownStatement('DROP TRIGGER', `DROP TRIGGER IF EXISTS ${quoteIdentifier(trigger)} ${place}`, {
        effects: [dropped(fired)],
        locks: lockOn('ACCESS EXCLUSIVE', table),
      }),
      ownStatement('DROP FUNCTION', `DROP FUNCTION IF EXISTS ${quoteTable(functionName)}()`, {
        effects: [dropped(routine)],
      }),
    ],
  };
}

/** Names in the expressions that can only be columns of the table. */
async function columnsRead({ table, set, where }: KeepCurrentInput): Promise<readonly string[]> {
  const expressions = [...Object.values(set), ...(where === null ? [] : [where])];
  return [...new Set((await Promise.all(expressions.map((each) => columnsIn(each, table)))).flat())];
}

/**
 * Has the server read the update of the backfill without making it. The body of the trigger's function is read when
 * it fires first: without this, a misspelt function in an expression would fail the writes of the application until
 * the backfill fails over it, too. Before the trigger: the lock that one takes need not be held for the planning.
 */
function proofText({ table, set, where }: KeepCurrentInput): string {
  const assignments = Object.entries(set).map(
    ([column, expression]) => `${quoteIdentifier(column)} = (${expression}\n)`,
  );
  // That no row qualifies saves the planning of every partition.
  const condition = where === null ? 'false' : `false AND (${where}\n)`;
  return `EXPLAIN UPDATE ${quoteTable(table)} SET ${assignments.join(', ')} WHERE ${condition}`;
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

/** A column that can be computed again from others. */
interface Follower {
  readonly column: string;
  readonly expression: string;
  readonly sources: readonly string[];
}

/** Without `where` every write is computed anew. */
async function followersOf({ table, set, where }: KeepCurrentInput): Promise<readonly Follower[]> {
  if (where === null) return [];
  const followers: Follower[] = [];
  for (const [column, expression] of Object.entries(set)) {
    const sources = await sourcesOf(expression, table);
    if (sources === null || sources.length === 0 || sources.some((source) => Object.hasOwn(set, source)))
      continue;
    followers.push({ column, expression, sources });
  }
  return followers;
}

/**
 * The expressions see one row under the bare table's name. Columns win over plpgsql's variables of the same name;
 * if no row qualifies, nothing is assigned.
 */
function functionText(
  { table, set, where }: KeepCurrentInput,
  functionName: string,
  followers: readonly Follower[],
): string {
  const alias = quoteIdentifier(splitName(table).at(-1) ?? table);
  const columns = Object.entries(set);
  const values = columns.map(([, expression], index) => `(${expression}\n) AS v${index + 1}`);
  const assignments = columns.map(
    ([column], index) => `    NEW.${quoteIdentifier(column)} := lockkeeper_row.v${index + 1};`,
  );
  const body = [
    '#variable_conflict use_column',
    'DECLARE',
    '  lockkeeper_row record;',
    ...(followers.length === 0 ? [] : ['  lockkeeper_was record;']),
    'BEGIN',
    // Asked before and apart: for a row at hand the planner computes constants, also those that would not be needed.
    `  PERFORM FROM (SELECT (NEW).*) AS ${alias}${where === null ? '' : ` WHERE (${where}\n)`};`,
    '  IF FOUND THEN',
    `    SELECT ${values.join(', ')} INTO lockkeeper_row FROM (SELECT (NEW).*) AS ${alias};`,
    ...assignments,
    ...(followers.length === 0 ? [] : ["  ELSIF TG_OP = 'UPDATE' THEN"]),
    ...followers.flatMap((follower) => following(follower, alias)),
    '  END IF;',
    '  RETURN NEW;',
    'END',
  ].join('\n');
  return [
    `CREATE OR REPLACE FUNCTION ${quoteTable(functionName)}() RETURNS trigger`,
    '  LANGUAGE plpgsql SECURITY INVOKER',
    ...pinned.map((name) => `  SET ${name} FROM CURRENT`),
    `  AS ${dollarQuoted(body)}`,
  ].join('\n');
}

/**
 * Values are compared by their bytes, since not every type can be compared for equality; what was computed is given
 * the column's type first. NEW does not hold generated columns yet and OLD does: they would seem to change always.
 */
function following({ column, expression, sources }: Follower, alias: string): readonly string[] {
  const name = quoteIdentifier(column);
  const row = (variable: string, names: readonly string[]) =>
    `ROW(${names.map((each) => `${variable}.${quoteIdentifier(each)}`).join(', ')})::pg_catalog.record`;
  const same = (a: string, b: string, names: readonly string[]) =>
    `${row(a, names)} OPERATOR(pg_catalog.*=) ${row(b, names)}`;
  const isGenerated = [
    'EXISTS (SELECT FROM pg_catalog.pg_attribute lockkeeper_a',
    ' WHERE lockkeeper_a.attrelid OPERATOR(pg_catalog.=) TG_RELID',
    " AND lockkeeper_a.attgenerated OPERATOR(pg_catalog.<>) ''",
    ` AND lockkeeper_a.attname OPERATOR(pg_catalog.=) ANY (ARRAY[${sources.map(literal).join(', ')}]::pg_catalog.name[]))`,
  ].join('');
  // The catalogue is asked in an IF of its own, so that what every update pays for is an expression without a query.
  return [
    `    IF ${same('NEW', 'OLD', [column])} AND NOT (${same('NEW', 'OLD', sources)}) THEN`,
    `      IF NOT ${isGenerated} THEN`,
    '        BEGIN',
    '          lockkeeper_was := OLD;',
    `          SELECT (${expression}\n) AS v1 INTO lockkeeper_row FROM (SELECT (OLD).*) AS ${alias};`,
    `          lockkeeper_was.${name} := lockkeeper_row.v1;`,
    `          IF ${same('lockkeeper_was', 'OLD', [column])} THEN`,
    `            SELECT (${expression}\n) AS v1 INTO lockkeeper_row FROM (SELECT (NEW).*) AS ${alias};`,
    `            NEW.${name} := lockkeeper_row.v1;`,
    '          END IF;',
    '        EXCEPTION WHEN OTHERS THEN',
    '          NULL;',
    '        END;',
    '      END IF;',
    '    END IF;',
  ];
}
