import { createHash } from 'node:crypto';
import type { KeepCurrentInput, KeepCurrentStatements } from '../../app/ports/engine.ts';
import type { Finding, Statement } from '../../core/analysis/statement.ts';
import { lockOn } from '../claim.ts';
import { created, dropped } from '../effects.ts';
import { type ClaimDetails, claim } from './analysis/claim.ts';
import { joinName, literal, quoteIdentifier, quoteTable, splitName } from './quote.ts';

/** What the sessions that work on batches set: what they write is up to date already. */
export const ownBatch = `EXEC sys.sp_set_session_context @key = N'lockkeeper.own_batch', @value = 1;`;

/** The number of the error for a table whose rows nothing tells apart. */
const NO_KEY = 51004;

/**
 * A trigger that gives each inserted or updated row, for which `where` is true, the values of the backfill. It fires once
 * a statement, with all its rows in `inserted`, and changes them by the table's key. Its own UPDATE fires it again where
 * the database has RECURSIVE_TRIGGERS on: the level of its own nesting ends that.
 *
 * The text is put together by the server, which knows the key: the first unique one of which no column takes NULL, the
 * primary one before all others.
 */
export function keepCurrent({
  table,
  version,
  ordinal,
  set,
  where,
}: KeepCurrentInput): KeepCurrentStatements {
  const id = createHash('sha256')
    .update(JSON.stringify([version, ordinal, table]))
    .digest('hex')
    .slice(0, 12);
  // A trigger lives in the schema of its table.
  const name = joinName([...splitName(table).slice(0, -1), `lockkeeper_keep_${id}`]);
  const trigger = { type: 'trigger', name, table } as const;
  const quoted = quoteTable(table);
  const values = Object.entries(set).map(([column, value]) => `${quoteIdentifier(column)} = (${value}\n)`);
  const condition = where === null ? '' : `\n    AND (${where}\n)`;
  const head = `CREATE TRIGGER ${quoteTable(name)} ON ${quoted} AFTER INSERT, UPDATE AS
BEGIN
  IF TRIGGER_NESTLEVEL(@@PROCID, 'AFTER', 'DML') > 1 RETURN;
  IF CONVERT(int, SESSION_CONTEXT(N'lockkeeper.own_batch')) = 1 RETURN;
  IF NOT EXISTS (SELECT 1 FROM inserted) RETURN;
  SET NOCOUNT ON;
  UPDATE ${quoted} SET ${values.join(', ')}
  WHERE EXISTS (SELECT 1 FROM inserted AS lk_inserted WHERE `;
  const tail = `)${condition};
END`;
  const install = `DECLARE @lk_index int, @lk_same nvarchar(max), @lk_text nvarchar(max);
SELECT TOP (1) @lk_index = i.index_id FROM sys.indexes AS i
WHERE i.object_id = OBJECT_ID(${literal(quoted)}) AND i.is_unique = 1 AND i.has_filter = 0 AND i.is_disabled = 0
  AND NOT EXISTS (
    SELECT 1 FROM sys.index_columns AS x
    JOIN sys.columns AS c ON c.object_id = x.object_id AND c.column_id = x.column_id
    WHERE x.object_id = i.object_id AND x.index_id = i.index_id AND x.key_ordinal > 0 AND c.is_nullable = 1)
ORDER BY i.is_primary_key DESC, i.index_id;
SELECT @lk_same = CONCAT(@lk_same + N' AND ', N'lk_inserted.', QUOTENAME(c.name), N' = ', ${literal(`${quoted}.`)}, QUOTENAME(c.name))
FROM sys.index_columns AS x
JOIN sys.columns AS c ON c.object_id = x.object_id AND c.column_id = x.column_id
WHERE x.object_id = OBJECT_ID(${literal(quoted)}) AND x.index_id = @lk_index AND x.key_ordinal > 0;
IF @lk_same IS NULL THROW ${NO_KEY}, 'the table has no unique key without NULL, by which a trigger could find the rows that were written', 1;
SET @lk_text = CONCAT(${literal(head)}, @lk_same, ${literal(tail)});
EXEC (@lk_text);`;
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
