import { createHash } from 'node:crypto';
import type { KeepCurrentInput, KeepCurrentStatements } from '../../app/ports/engine.ts';
import type { SchemaObject, Statement } from '../../core/analysis/statement.ts';
import { lockOn } from '../claim.ts';
import { created, dropped } from '../effects.ts';
import { type Follower, followersOf } from '../followers.ts';
import { type ClaimDetails, claim } from './analysis/claim.ts';
import { loggedRoutine } from './analysis/findings.ts';
import { columnsIn, sourcesOf } from './analysis/sources.ts';
import { inOrder } from './assignment-order.ts';
import { ownBatch } from './own-batch.ts';
import { joinName, quoteIdentifier, quoteTable, splitName } from './quote.ts';

/**
 * Two triggers that give each inserted or updated row, for which `where` is true, the values of the backfill.
 *
 * After that a column follows its source: an update that leaves the column as it was, and finds in it what the
 * expression gives for the row as it was, puts into it what the expression gives for the row as it becomes. A column
 * that the writer changes, or that holds something else, is left alone. An expression that fails changes nothing: no
 * write fails because of it. An expression is not computed again, and its column keeps what it has, if it asks the
 * clock, chance or the session, calls a function that is not the server's own, or reads a column that the backfill sets.
 *
 * The triggers come after those that the table has (MySQL 5.7, MariaDB 10.2), so that they see what these have made of the
 * row. They run with the rights of whoever installs them, under the sql_mode and character set of that session, but in the
 * time zone of the writer: a TIMESTAMP turned into a date or a text is the writer's. Setting the zone in a trigger would
 * leave it behind in the application's session when the statement is killed. On MySQL, generated columns have no value
 * yet when a row is inserted and read as NULL in the expressions.
 */
export async function keepCurrent(backfill: KeepCurrentInput): Promise<KeepCurrentStatements> {
  const { table, version, ordinal } = backfill;
  const id = createHash('sha256')
    .update(JSON.stringify([version, ordinal, table]))
    .digest('hex')
    .slice(0, 12);
  const events = ['INSERT', 'UPDATE'] as const;
  const named = events.map((event) => ({
    event,
    name: `lockkeeper_keep_${id}_${event.charAt(0).toLowerCase()}`,
  }));
  return {
    install: named.map((trigger) =>
      statement('CREATE TRIGGER', triggerText(backfill, trigger), {
        effects: [created(triggerOf(table, trigger.name))],
        locks: lockOn('SHARED NO WRITE, then EXCLUSIVE', table),
        findings: [loggedRoutine('CREATE TRIGGER')],
      }),
    ),
    remove: named.map(({ name }) =>
      statement('DROP TRIGGER', `DROP TRIGGER IF EXISTS ${quoteTable(qualified(table, name))}`, {
        effects: [dropped(triggerOf(table, name), true)],
        locks: lockOn('EXCLUSIVE', table),
      }),
    ),
  };
}

const triggerOf = (table: string, name: string): SchemaObject => ({ type: 'trigger', name, table });

/** A trigger lives in the database of its table. */
const qualified = (table: string, name: string): string => joinName([...splitName(table).slice(0, -1), name]);

function statement(verb: string, text: string, details: ClaimDetails): Statement {
  return { text, position: { path: 'lockkeeper', line: 1, column: 1 }, ...claim(verb, 'schema', details) };
}

type Row = 'NEW' | 'OLD';

/** The expression with its columns read from a row of the trigger. */
function over(row: Row, expression: string, table: string): string {
  let result = expression;
  const mentions = columnsIn(expression, table) ?? [];
  for (const { column, start, end } of mentions.toReversed()) {
    result = `${result.slice(0, start)}${row}.${quoteIdentifier(column)}${result.slice(end)}`;
  }
  // A text copied from one column straight into another is cut with another code than one that is computed.
  const [only] = mentions;
  const isColumn = only !== undefined && only.end - only.start === expression.trim().length;
  return isColumn ? `IF(TRUE, ${result}\n, NULL)` : `(${result}\n)`;
}

/**
 * User variables of one trigger. Declared ones would be set up for every row of a batch of ours too, wherever in the
 * trigger they are declared. These stay in the session; they are emptied when the trigger is through.
 */
interface Variables {
  /** 1 when the last assignment was refused. */
  readonly failed: string;
  /** 1 when the last assignment may have cut a value. */
  readonly doubt: string;
  /** What was in the column before. */
  readonly kept: string;
}

const variablesOf = (trigger: string): Variables => ({
  failed: `@${trigger}_failed`,
  doubt: `@${trigger}_doubt`,
  kept: `@${trigger}_kept`,
});

/**
 * Behind an assignment: 1265 is a note where a fraction was rounded, and an error where an enum has no such value or
 * a number had letters behind it; a handler cannot tell them apart, but a rounded number is near to what was computed.
 */
function settleDoubt(
  { failed, doubt }: Variables,
  target: string,
  expression: string,
  table: string,
): string {
  const near =
    sourcesOf(expression, table) === null
      ? ''
      : ` AND ABS(${target} - ${over('NEW', expression, table)}) < 1`;
  return `IF ${doubt} AND NOT COALESCE(CAST(${target} AS CHAR) <> ''${near}, FALSE) THEN SET ${failed} = 1; END IF;`;
}

/**
 * A strict server refuses a value that does not fit only after it has put what fits into the row, and some of its
 * refusals are warnings by their class (1265). What was in the column before is therefore kept aside.
 *
 * A batch of ours pays for each statement that it meets here, row by row: it meets the first condition only.
 */
function triggerText(
  backfill: KeepCurrentInput,
  { event, name }: { readonly event: 'INSERT' | 'UPDATE'; readonly name: string },
): string {
  const { table, set, where } = backfill;
  const variables = variablesOf(name);
  const { failed, doubt, kept } = variables;
  const columns = inOrder(set, table);
  const assignments = columns.flatMap(([column, expression]) =>
    assigning(variables, column, expression, table),
  );
  const followers = event === 'UPDATE' ? followersOf(backfill, sourcesOf) : [];
  return [
    `CREATE TRIGGER ${quoteTable(qualified(table, name))} BEFORE ${event} ON ${quoteTable(table)} FOR EACH ROW`,
    `IF ${ownBatch} IS NULL THEN`,
    'BEGIN',
    `  DECLARE CONTINUE HANDLER FOR SQLEXCEPTION SET ${failed} = 1;`,
    // MariaDB tells the handler whether it was an error; MySQL 5.7 does not.
    '  DECLARE CONTINUE HANDLER FOR 1265',
    `    SET ${doubt} = 1, ${failed} = ${failed} OR @@error_count > 0;`,
    `  SET ${failed} = 0, ${doubt} = 0;`,
    `  IF ${where === null ? 'TRUE' : over('NEW', where, table)} THEN`,
    ...assignments.map((line) => `    ${line}`),
    ...(followers.length === 0 ? [] : ['  ELSE']),
    ...followers.flatMap((follower) => following(variables, follower, table)).map((line) => `    ${line}`),
    '  END IF;',
    `  SET ${failed} = NULL, ${doubt} = NULL, ${kept} = NULL;`,
    'END;',
    'END IF',
  ].join('\n');
}

function assigning(
  variables: Variables,
  column: string,
  expression: string,
  table: string,
): readonly string[] {
  const { failed, doubt, kept } = variables;
  const target = `NEW.${quoteIdentifier(column)}`;
  return [
    `SET ${kept} = ${target};`,
    `SET ${failed} = 0, ${doubt} = 0;`,
    `SET ${target} = ${over('NEW', expression, table)};`,
    settleDoubt(variables, target, expression, table),
    `IF ${failed} THEN SET ${target} = ${kept}; END IF;`,
  ];
}

/**
 * Values are compared by their bytes: by its collation 'A' would be 'a'. What was computed gets the column's type by
 * being put into it; whatever comes of it, the column has its old value again where it does not follow.
 */
function following(
  variables: Variables,
  { column, expression, sources }: Follower,
  table: string,
): readonly string[] {
  const { failed, doubt } = variables;
  const name = quoteIdentifier(column);
  const equal = (each: string) => `CAST(NEW.${each} AS BINARY) <=> CAST(OLD.${each} AS BINARY)`;
  const unchanged = sources.map((source) => equal(quoteIdentifier(source))).join(' AND ');
  return [
    `IF ${equal(name)} AND NOT (${unchanged}) THEN`,
    `  SET ${failed} = 0;`,
    `  SET NEW.${name} = ${over('OLD', expression, table)};`,
    `  SET ${doubt} = 0;`,
    `  IF ${failed} = 0 AND ${equal(name)} THEN`,
    `    SET NEW.${name} = ${over('NEW', expression, table)};`,
    `    ${settleDoubt(variables, `NEW.${name}`, expression, table)}`,
    `  ELSE SET ${failed} = 1;`,
    '  END IF;',
    `  IF ${failed} THEN SET NEW.${name} = OLD.${name}; END IF;`,
    'END IF;',
  ];
}
