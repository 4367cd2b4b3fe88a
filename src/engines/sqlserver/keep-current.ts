import { createHash } from 'node:crypto';
import type { KeepCurrentInput, KeepCurrentStatements } from '../../app/ports/engine.ts';
import type { Finding, Statement } from '../../core/analysis/statement.ts';
import { lockOn } from '../claim.ts';
import { created, dropped } from '../effects.ts';
import { type ClaimDetails, claim } from './analysis/claim.ts';
import { installScript } from './keep-current-script.ts';
import { joinName, quoteTable, splitName } from './quote.ts';

/** What the sessions that work on batches set: what they write is up to date already. */
export const ownBatch = `EXEC sys.sp_set_session_context @key = N'lockkeeper.own_batch', @value = 1;`;

/**
 * A trigger that gives each inserted or updated row, for which `where` is true, the values of the backfill. It fires once
 * a statement, with all its rows in `inserted`, and changes them by the table's key.
 *
 * After that a column follows its source: an update that leaves the column as it was, and finds in it what the
 * expression gives for the row as it was, puts into it what the expression gives for the row as it becomes. A column
 * that the writer changes, or that holds something else, is left alone, and so is one that the new value does not fit.
 * An expression is not computed again, and its column keeps what it has, if it asks the clock, chance or the session,
 * calls a function that is not known to be steady, may fail for its values by what its text shows, reads a column that
 * the backfill sets or that is computed, or if values of one of the columns' types cannot be compared.
 *
 * An error that is met nevertheless (a number that overflows) fails the write: it ends the transaction of whoever writes.
 */
export function keepCurrent(backfill: KeepCurrentInput): KeepCurrentStatements {
  const { table, version, ordinal } = backfill;
  const id = createHash('sha256')
    .update(JSON.stringify([version, ordinal, table]))
    .digest('hex')
    .slice(0, 12);
  // A trigger lives in the schema of its table.
  const name = joinName([...splitName(table).slice(0, -1), `lockkeeper_keep_${id}`]);
  const trigger = { type: 'trigger', name, table } as const;
  return {
    install: [
      statement('CREATE TRIGGER', installScript(backfill, name), {
        effects: [created(trigger)],
        locks: lockOn('Sch-M', table),
        findings: [outputRefused(table), errorsFailWrites(table)],
      }),
    ],
    remove: [
      statement('DROP TRIGGER', `DROP TRIGGER IF EXISTS ${quoteTable(name)}`, {
        effects: [dropped(trigger, true)],
        locks: lockOn('Sch-M', table),
      }),
    ],
  };
}

/** Error 334. Entity Framework Core writes so unless it is told of the trigger (HasTrigger). */
const outputRefused = (table: string): Finding => ({
  rule: 'trigger-refuses-output',
  severity: 'warning',
  message: `while the trigger is there, the server refuses INSERT and UPDATE of ${table} with OUTPUT and no INTO`,
  remedy: 'See that no running code writes so, or say keep_current: false and let the code fill the column.',
  table,
});

/** An error in a trigger leaves a transaction that can only be undone, even where it is caught. */
const errorsFailWrites = (table: string): Finding => ({
  rule: 'trigger-errors-fail-writes',
  severity: 'warning',
  message: `while the trigger is there, an error in the backfill's expressions ends the transaction of whoever writes to ${table}`,
  remedy:
    'See that no row makes them overflow or compares a text with a number that it is not; TRY_CONVERT gives NULL instead.',
  table,
});

function statement(verb: string, text: string, details: ClaimDetails): Statement {
  return { text, position: { path: 'lockkeeper', line: 1, column: 1 }, ...claim(verb, 'schema', details) };
}
