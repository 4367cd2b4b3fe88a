import type { KeepCurrentInput } from '../../app/ports/engine.ts';
import { type Follower, followersOf, readsSet } from '../followers.ts';
import { sourcesOf } from './analysis/sources.ts';
import { typeText } from './column-type.ts';
import { literal, quoteIdentifier, quoteTable, splitName } from './quote.ts';

/** The number of the error for a table whose rows nothing tells apart. */
const NO_KEY = 51004;

/**
 * The batch that creates the trigger. Its text is put together by the server, which knows the table's key (the first
 * unique one of which no column takes NULL, the primary one before all others) and the types of the columns.
 *
 * @param name of the trigger, with its schema
 */
export function installScript(backfill: KeepCurrentInput, name: string): string {
  const { table, set } = backfill;
  const columns = Object.entries(set);
  const quoted = quoteTable(table);
  const followers = followersOf(backfill, sourcesOf);
  return `DECLARE @lk_table int = OBJECT_ID(${literal(quoted)}), @lk_index int, @lk_proof int, @lk_found int, @lk_place int = 0,
  @lk_same nvarchar(max), @lk_keys nvarchar(max), @lk_row nvarchar(max), @lk_both nvarchar(max),
  @lk_held nvarchar(max), @lk_computed nvarchar(max), @lk_sources nvarchar(max), @lk_named nvarchar(max),
  @lk_written nvarchar(max), @lk_guard nvarchar(max), @lk_text nvarchar(max), @lk_follow nvarchar(max) = N'';
${proof(backfill)}
${readKey(quoted)}
${readColumns}
${guard(backfill)}
SET @lk_text = CONCAT(${literal(`CREATE TRIGGER ${quoteTable(name)} ON ${quoted} AFTER INSERT, UPDATE AS
BEGIN
  IF `)}, @lk_guard, ${literal(` RETURN;
  IF CONVERT(int, SESSION_CONTEXT(N'lockkeeper.own_batch')) = 1 RETURN;
  IF NOT EXISTS (SELECT 1 FROM inserted) RETURN;
  SET NOCOUNT ON;
  UPDATE ${quoted} SET ${columns.map(([column, value]) => `${quoteIdentifier(column)} = (${value}\n)`).join(', ')}
  WHERE EXISTS (SELECT 1 FROM inserted AS lk_inserted WHERE `)}, @lk_same, ${literal(`)${conditionOf(backfill)}`)},
  ${changed(backfill)}, N';');
${followers.map((follower) => follow(backfill, follower)).join('')}EXEC (@lk_text + @lk_follow + N'
END');`;
}

const conditionOf = ({ where }: KeepCurrentInput): string => (where === null ? '' : `\n    AND (${where}\n)`);

/** Of rows that `where` leaves out nothing is computed: AND joins conditions in no order, CASE in that of its branches. */
function changed({ where }: KeepCurrentInput): string {
  const head = `
    AND 1 = CASE WHEN ${where === null ? '1 = 1' : `(${where}\n)`} THEN CASE WHEN EXISTS (SELECT `;
  return `${literal(head)} + @lk_held + N' INTERSECT SELECT ' + @lk_computed + N') THEN 0 ELSE 1 END ELSE 0 END'`;
}

/**
 * Has the server read the update of the backfill without making it: a function that does not exist would otherwise be
 * missed by the first write only, and fail it.
 */
function proof(backfill: KeepCurrentInput): string {
  const values = Object.values(backfill.set).map((value, index) => `(${value}\n) AS lk_v${index + 1}`);
  return `SELECT @lk_proof = COUNT(*) FROM (
  SELECT ${values.join(', ')} FROM ${quoteTable(backfill.table)} WHERE 1 = 0${conditionOf(backfill)}) AS lk_proof;`;
}

/**
 * The columns of the key under names of our own, and what joins the row, what it has become and what it was by them. A key
 * has 32 columns at most. Texts grow by one row a SELECT: what becomes of a variable over several is not defined.
 */
const readKey = (quoted: string): string => `SELECT TOP (1) @lk_index = i.index_id FROM sys.indexes AS i
WHERE i.object_id = @lk_table AND i.is_unique = 1 AND i.has_filter = 0 AND i.is_disabled = 0
  AND NOT EXISTS (
    SELECT 1 FROM sys.index_columns AS x
    JOIN sys.columns AS c ON c.object_id = x.object_id AND c.column_id = x.column_id
    WHERE x.object_id = i.object_id AND x.index_id = i.index_id AND x.key_ordinal > 0 AND c.is_nullable = 1)
ORDER BY i.is_primary_key DESC, i.index_id;
WHILE @lk_place < 32
BEGIN
  SET @lk_place = @lk_place + 1;
  SELECT @lk_same = CONCAT(@lk_same + N' AND ', N'lk_inserted.', QUOTENAME(c.name), N' = ', ${literal(`${quoted}.`)}, QUOTENAME(c.name)),
    @lk_keys = CONCAT(@lk_keys, QUOTENAME(c.name), N' AS lk_k', c.column_id, N', '),
    @lk_row = CONCAT(@lk_row + N' AND ', N'lk_row.', QUOTENAME(c.name), N' = lk_now.lk_k', c.column_id),
    @lk_both = CONCAT(@lk_both + N' AND ', N'lk_was.lk_k', c.column_id, N' = lk_now.lk_k', c.column_id)
  FROM sys.index_columns AS x
  JOIN sys.columns AS c ON c.object_id = x.object_id AND c.column_id = x.column_id
  WHERE x.object_id = @lk_table AND x.index_id = @lk_index AND x.key_ordinal = @lk_place;
END;
IF @lk_same IS NULL THROW ${NO_KEY}, 'the table has no unique key without NULL, by which a trigger could find the rows that were written', 1;`;

/**
 * The columns whose values can be compared. Texts are compared by their bytes: by its collation 'A' would be 'a'. A text
 * that is converted to a shorter type is cut without an error: whether a value fits is told by its length in `whole`.
 * What a text becomes in another code page than the database's is not known well enough to be written.
 */
const readColumns = `DECLARE @lk_columns TABLE (id int, name sysname, type nvarchar(200), whole nvarchar(200), bytes int,
  nullable int, opens nvarchar(40), follows int);
INSERT INTO @lk_columns
SELECT c.column_id, c.name, t.type, COALESCE(t.longest, t.type),
  CASE WHEN t.longest IS NULL OR c.max_length = -1 THEN 2147483647 ELSE c.max_length END, CONVERT(int, c.is_nullable),
  CASE WHEN y.name IN (N'char', N'varchar', N'nchar', N'nvarchar') THEN N'CONVERT(varbinary(max), ' ELSE N'(' END,
  CASE WHEN t.longest = N'varchar(max)' AND CONVERT(int, COLLATIONPROPERTY(c.collation_name, 'CodePage'))
    <> CONVERT(int, COLLATIONPROPERTY(CONVERT(nvarchar(128), DATABASEPROPERTYEX(DB_NAME(), 'Collation')), 'CodePage'))
    THEN 0 ELSE 1 END
FROM sys.columns AS c JOIN sys.types AS y ON y.user_type_id = c.system_type_id
CROSS APPLY (SELECT ${typeText} AS type,
  CASE WHEN y.name IN (N'char', N'varchar') THEN N'varchar(max)' WHEN y.name IN (N'nchar', N'nvarchar') THEN N'nvarchar(max)'
    WHEN y.name IN (N'binary', N'varbinary') THEN N'varbinary(max)' END AS longest) AS t
WHERE c.object_id = @lk_table AND c.is_computed = 0
  AND y.name IN (N'bit', N'tinyint', N'smallint', N'int', N'bigint', N'decimal', N'numeric', N'money', N'smallmoney', N'real',
    N'float', N'date', N'time', N'datetime', N'smalldatetime', N'datetime2', N'datetimeoffset', N'uniqueidentifier',
    N'char', N'varchar', N'nchar', N'nvarchar', N'binary', N'varbinary');`;

/** Its own nesting: the update that it makes fires it no second time. */
const onceOnly = literal(`TRIGGER_NESTLEVEL(@@PROCID, 'AFTER', 'DML') > 1`);

/**
 * What ends the recursion, since the trigger's own UPDATE fires it again where the database has RECURSIVE_TRIGGERS on, or
 * by way of another trigger. Expressions that give the same again change no row that has their values already: the
 * second firing finds nothing, and what other triggers have written since is not missed. Two triggers that take
 * turns in undoing each other's values would end the writer's transaction at level 32: ours gives in before.
 * Any other expression is computed once a write.
 */
function guard({ table, set }: KeepCurrentInput): string {
  const columns = Object.entries(set);
  if (!columns.every(([, value]) => repeats(value, { table, set }))) return `SET @lk_guard = ${onceOnly};`;
  const comparisons = columns.map(
    ([
      column,
      value,
    ]) => `SELECT @lk_found = @lk_found + 1, @lk_held = CONCAT(@lk_held + N', ', c.opens, ${literal(`${quoteTable(table)}.${quoteIdentifier(column)})`)}),
  @lk_computed = CONCAT(@lk_computed + N', ', c.opens, N'TRY_CONVERT(', c.type, ${literal(`, (${value}\n)))`)})
FROM @lk_columns AS c WHERE c.name = ${literal(column)};`,
  );
  return `SET @lk_found = 0;
${comparisons.join('\n')}
IF @lk_found = ${columns.length} SET @lk_guard = N'TRIGGER_NESTLEVEL() > 16'
ELSE SELECT @lk_guard = ${onceOnly}, @lk_held = NULL;`;
}

/** Whether an expression gives the same when it is computed again over the row that has its value. */
function repeats(value: string, { table, set }: Pick<KeepCurrentInput, 'table' | 'set'>): boolean {
  const sources = sourcesOf(value, table);
  return sources !== null && !readsSet(sources, set);
}

/**
 * Adds the UPDATE of one follower, if all of its sources are columns that can be compared. The expressions see `deleted`
 * and `inserted` under the table's name. A row whose key was changed is not found in both, and does not follow.
 * Nothing here converts to the column's type but by TRY_CONVERT: an error would end the writer's transaction.
 */
function follow({ table, where }: KeepCurrentInput, { column, expression, sources }: Follower): string {
  const quoted = quoteTable(table);
  const name = quoteIdentifier(column);
  const alias = quoteIdentifier(splitName(table).at(-1) ?? table);
  const value = `(${expression}\n)`;
  // Of the row as it was and as it becomes: its key, what it holds, what the expression gives, and the sources.
  const common = [
    `@lk_keys, c.opens, ${literal(`${name}) AS lk_held, `)}`,
    `c.opens, N'TRY_CONVERT(', c.type, ${literal(`, ${value})) AS lk_computed, `)}, @lk_sources`,
  ].join(', ');
  return `SELECT @lk_found = 0, @lk_sources = NULL, @lk_named = NULL, @lk_written = NULL;
${sources.map(addSource).join('\n')}
SELECT @lk_follow = CONCAT(@lk_follow, N'
  IF EXISTS (SELECT 1 FROM deleted) AND (', @lk_written, ${literal(`)
  UPDATE lk_row SET ${name} = lk_now.lk_value
  FROM ${quoted} AS lk_row
  JOIN (SELECT `)}, ${common}, N',
    TRY_CONVERT(', c.type, ${literal(`, ${value}) AS lk_value, CASE WHEN (${where ?? '1 = 1'}\n) THEN 1 ELSE 0 END AS lk_due,
    CASE WHEN DATALENGTH(TRY_CONVERT(`)}, c.whole, ${literal(`, ${value})) <= `)}, c.bytes, N' OR 1 = ', c.nullable, ${literal(` AND ${value} IS NULL THEN 1 ELSE 0 END AS lk_fits
    FROM inserted AS ${alias}) AS lk_now ON `)}, @lk_row, N'
  JOIN (SELECT ', ${common}, ${literal(`
    FROM deleted AS ${alias}) AS lk_was ON `)}, @lk_both, N'
  WHERE lk_now.lk_due = 0 AND lk_now.lk_fits = 1
    AND EXISTS (SELECT lk_was.lk_held INTERSECT SELECT lk_was.lk_computed)
    AND EXISTS (SELECT lk_now.lk_held INTERSECT SELECT lk_was.lk_held)
    AND EXISTS (SELECT ', c.opens, ${literal(`lk_row.${name}) INTERSECT SELECT lk_now.lk_held)`)}, N'
    AND NOT EXISTS (SELECT lk_now.lk_computed INTERSECT SELECT lk_now.lk_held)
    AND NOT EXISTS (SELECT ', @lk_named, N' INTERSECT SELECT ', REPLACE(@lk_named, N'lk_now.', N'lk_was.'), N');')
FROM @lk_columns AS c WHERE c.name = ${literal(column)} AND c.follows = 1 AND @lk_found = ${sources.length};
`;
}

const addSource = (source: string): string => `SELECT @lk_found = @lk_found + 1,
  @lk_sources = CONCAT(@lk_sources + N', ', c.opens, QUOTENAME(c.name), N') AS lk_s', c.id),
  @lk_named = CONCAT(@lk_named + N', ', N'lk_now.lk_s', c.id),
  @lk_written = CONCAT(@lk_written + N' OR ', N'UPDATE(', QUOTENAME(c.name), N')')
FROM @lk_columns AS c WHERE c.name = ${literal(source)};`;
