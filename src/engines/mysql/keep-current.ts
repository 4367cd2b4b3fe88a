import { createHash } from 'node:crypto';
import type { KeepCurrentInput, KeepCurrentStatements } from '../../app/ports/engine.ts';
import type { SchemaObject, Statement } from '../../core/analysis/statement.ts';
import { lockOn } from '../claim.ts';
import { created, dropped } from '../effects.ts';
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
    install: named.map(({ event, name }) =>
      statement('CREATE TRIGGER', triggerText(backfill, qualified(table, name), event), {
        effects: [created(triggerOf(table, name))],
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
 * Behind an assignment: 1265 is a note where a fraction was rounded, and an error where an enum has no such value or
 * a number had letters behind it; a handler cannot tell them apart, but a rounded number is near to what was computed.
 */
function settleDoubt(target: string, expression: string, table: string): string {
  const near =
    sourcesOf(expression, table) === null
      ? ''
      : ` AND ABS(${target} - ${over('NEW', expression, table)}) < 1`;
  return `IF lockkeeper_doubt AND NOT COALESCE(CAST(${target} AS CHAR) <> ''${near}, FALSE) THEN SET lockkeeper_failed = 1; END IF;`;
}

/**
 * A strict server refuses a value that does not fit only after it has put what fits into the row, and some of its
 * refusals are warnings by their class (1265). What was in the column before is therefore kept aside, as bytes, and
 * as text for JSON, which takes no bytes.
 *
 * The guard stands before the block: declarations inside it cost as much as the whole row does in an UPDATE, and a batch
 * of ours would pay for them row by row.
 */
function triggerText(backfill: KeepCurrentInput, name: string, event: 'INSERT' | 'UPDATE'): string {
  const { table, set, where } = backfill;
  const columns = inOrder(set, table);
  const assignments = columns.flatMap(([column, expression]) => assigning(column, expression, table));
  const followers = event === 'UPDATE' ? followersOf(backfill) : [];
  return [
    `CREATE TRIGGER ${quoteTable(name)} BEFORE ${event} ON ${quoteTable(table)} FOR EACH ROW`,
    `IF NOT (${ownBatch} <=> 1) THEN`,
    'BEGIN',
    '  DECLARE lockkeeper_failed, lockkeeper_doubt int DEFAULT 0;',
    '  DECLARE lockkeeper_bytes longblob;',
    '  DECLARE lockkeeper_text longtext CHARACTER SET utf8mb4;',
    '  DECLARE CONTINUE HANDLER FOR SQLEXCEPTION SET lockkeeper_failed = 1;',
    // MariaDB tells the handler whether it was an error; MySQL 5.7 does not.
    '  DECLARE CONTINUE HANDLER FOR 1265',
    '    SET lockkeeper_doubt = 1, lockkeeper_failed = lockkeeper_failed OR @@error_count > 0;',
    `  IF ${where === null ? 'TRUE' : over('NEW', where, table)} THEN`,
    ...assignments.map((line) => `    ${line}`),
    ...(followers.length === 0 ? [] : ['  ELSE']),
    ...followers.flatMap((follower) => following(follower, table)).map((line) => `    ${line}`),
    '  END IF;',
    'END;',
    'END IF',
  ].join('\n');
}

function assigning(column: string, expression: string, table: string): readonly string[] {
  const target = `NEW.${quoteIdentifier(column)}`;
  return [
    `SET lockkeeper_text = ${target};`,
    `SET lockkeeper_bytes = ${target};`,
    'SET lockkeeper_failed = 0, lockkeeper_doubt = 0;',
    `SET ${target} = ${over('NEW', expression, table)};`,
    settleDoubt(target, expression, table),
    'IF lockkeeper_failed THEN',
    '  SET lockkeeper_failed = 0;',
    `  SET ${target} = lockkeeper_bytes;`,
    `  IF lockkeeper_failed THEN SET ${target} = lockkeeper_text; END IF;`,
    'END IF;',
  ];
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** A column that can be computed again from others. */
interface Follower {
  readonly column: string;
  readonly expression: string;
  readonly sources: readonly string[];
}

/** Without `where` every write is computed anew. */
function followersOf({ table, set, where }: KeepCurrentInput): readonly Follower[] {
  if (where === null) return [];
  return Object.entries(set).flatMap(([column, expression]) => {
    const sources = sourcesOf(expression, table);
    if (sources === null || sources.length === 0) return [];
    const readsOwn = sources.some((source) => Object.keys(set).some((other) => same(other, source)));
    return readsOwn ? [] : [{ column, expression, sources }];
  });
}

/**
 * Values are compared by their bytes: by its collation 'A' would be 'a'. What was computed gets the column's type by
 * being put into it; whatever comes of it, the column has its old value again where it does not follow.
 */
function following({ column, expression, sources }: Follower, table: string): readonly string[] {
  const name = quoteIdentifier(column);
  const equal = (each: string) => `CAST(NEW.${each} AS BINARY) <=> CAST(OLD.${each} AS BINARY)`;
  const unchanged = sources.map((source) => equal(quoteIdentifier(source))).join(' AND ');
  return [
    `IF ${equal(name)} AND NOT (${unchanged}) THEN`,
    '  SET lockkeeper_failed = 0;',
    `  SET NEW.${name} = ${over('OLD', expression, table)};`,
    '  SET lockkeeper_doubt = 0;',
    `  IF lockkeeper_failed = 0 AND ${equal(name)} THEN`,
    `    SET NEW.${name} = ${over('NEW', expression, table)};`,
    `    ${settleDoubt(`NEW.${name}`, expression, table)}`,
    '  ELSE SET lockkeeper_failed = 1;',
    '  END IF;',
    `  IF lockkeeper_failed THEN SET NEW.${name} = OLD.${name}; END IF;`,
    'END IF;',
  ];
}
