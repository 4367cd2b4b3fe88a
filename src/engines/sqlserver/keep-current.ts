import { createHash } from 'node:crypto';
import type { KeepCurrentInput, KeepCurrentStatements } from '../../app/ports/engine.ts';
import type { Finding, Statement } from '../../core/analysis/statement.ts';
import type { KeyColumn } from '../../core/plan/plan.ts';
import { lockOn } from '../claim.ts';
import { created, dropped } from '../effects.ts';
import { type ClaimDetails, claim } from './analysis/claim.ts';
import { joinName, quoteIdentifier, quoteTable, splitName } from './quote.ts';

/** What the sessions that work on batches set: what they write is up to date already. */
export const ownBatch = `EXEC sys.sp_set_session_context @key = N'lockkeeper.own_batch', @value = 1;`;

/**
 * A trigger that gives each inserted or updated row, for which `where` is true, the values of the backfill. It fires once
 * a statement, with all its rows in `inserted`, and changes them by the table's key. Its own UPDATE fires it again where
 * the database has RECURSIVE_TRIGGERS on: the level of its own nesting ends that.
 * @param key of the table; no two rows share it, and none of its columns takes NULL
 */
export function keepCurrent(
  { table, version, ordinal, set, where }: KeepCurrentInput,
  key: readonly KeyColumn[],
): KeepCurrentStatements {
  const id = createHash('sha256')
    .update(JSON.stringify([version, ordinal, table]))
    .digest('hex')
    .slice(0, 12);
  // A trigger lives in the schema of its table.
  const name = joinName([...splitName(table).slice(0, -1), `lockkeeper_keep_${id}`]);
  const trigger = { type: 'trigger', name, table } as const;
  const quoted = quoteTable(table);
  const values = Object.entries(set).map(([column, value]) => `${quoteIdentifier(column)} = (${value}\n)`);
  const same = key.map(({ name: column }) => {
    const part = quoteIdentifier(column);
    return `lk_inserted.${part} = ${quoted}.${part}`;
  });
  const condition = where === null ? '' : `\n    AND (${where}\n)`;
  const install = `CREATE TRIGGER ${quoteTable(name)} ON ${quoted} AFTER INSERT, UPDATE AS
BEGIN
  IF TRIGGER_NESTLEVEL(@@PROCID, 'AFTER', 'DML') > 1 RETURN;
  IF CONVERT(int, SESSION_CONTEXT(N'lockkeeper.own_batch')) = 1 RETURN;
  IF NOT EXISTS (SELECT 1 FROM inserted) RETURN;
  SET NOCOUNT ON;
  UPDATE ${quoted} SET ${values.join(', ')}
  WHERE EXISTS (SELECT 1 FROM inserted AS lk_inserted WHERE ${same.join(' AND ')})${condition};
END`;
  return {
    install: [
      statement('CREATE TRIGGER', install, {
        effects: [created(trigger)],
        locks: lockOn('Sch-M', table),
        findings: [outputRefused(table)],
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

function statement(verb: string, text: string, details: ClaimDetails): Statement {
  return { text, position: { path: 'lockkeeper', line: 1, column: 1 }, ...claim(verb, 'schema', details) };
}
