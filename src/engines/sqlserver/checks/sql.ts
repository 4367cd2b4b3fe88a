import { quoteIdentifier, quoteTable } from '../quote.ts';

/** Counting ends here: more is not worth waiting for. */
export const COUNTED_AT_MOST = 1_000;

const counted = (from: string): string =>
  `SELECT COUNT_BIG(*) AS found FROM (SELECT TOP (${COUNTED_AT_MOST}) 1 AS one ${from}) AS lk;`;

const columnsOf = (alias: string, columns: readonly string[]): readonly string[] =>
  columns.map((column) => `${alias}.${quoteIdentifier(column)}`);

const noneNull = (columns: readonly string[]): string =>
  columns.map((column) => `${column} IS NOT NULL`).join(' AND ');

export const nullRows = (table: string, columns: readonly string[]): string =>
  counted(
    `FROM ${quoteTable(table)} AS t WHERE ${columnsOf('t', columns)
      .map((column) => `${column} IS NULL`)
      .join(' OR ')}`,
  );

/** Rows with a NULL among the columns are left out, though a unique index of SQL Server takes two NULLs for the same. */
export function duplicateValues(table: string, columns: readonly string[]): string {
  const names = columnsOf('t', columns);
  return counted(
    `FROM ${quoteTable(table)} AS t WHERE ${noneNull(names)} GROUP BY ${names.join(', ')} HAVING COUNT_BIG(*) > 1`,
  );
}

export function orphans(
  table: string,
  columns: readonly string[],
  references: { readonly table: string; readonly columns: readonly string[] },
): string {
  const child = columnsOf('c', columns);
  const parent = columnsOf('p', references.columns);
  const same = child.map((column, index) => `${parent[index]} = ${column}`).join(' AND ');
  return counted(
    `FROM ${quoteTable(table)} AS c WHERE ${noneNull(child)}
  AND NOT EXISTS (SELECT 1 FROM ${quoteTable(references.table)} AS p WHERE ${same})`,
  );
}

export const rowCount = (table: string): string => `SELECT COUNT_BIG(*) AS found FROM ${quoteTable(table)};`;

/** Parameters: @table, quoted, and @constraint. No row: there is no such constraint. */
export const constraintState = `SELECT is_disabled, is_not_trusted FROM sys.foreign_keys
WHERE parent_object_id = OBJECT_ID(@table) AND name = @constraint
UNION ALL SELECT is_disabled, is_not_trusted FROM sys.check_constraints
WHERE parent_object_id = OBJECT_ID(@table) AND name = @constraint;`;

/** Parameter: @table, quoted. Indexes that are switched off, and builds that were paused and left. */
export const invalidIndexes = `SELECT name, CONVERT(int, NULL) AS percent_complete FROM sys.indexes
WHERE object_id = OBJECT_ID(@table) AND is_disabled = 1
UNION ALL SELECT name, CONVERT(int, percent_complete) FROM sys.index_resumable_operations
WHERE object_id = OBJECT_ID(@table) AND state_desc = N'PAUSED';`;

/** Parameter: @seconds. Sees the transactions of others with VIEW SERVER STATE only. */
export const longTransactions = `SELECT st.session_id, DATEDIFF_BIG(second, at.transaction_begin_time, SYSDATETIME()) AS seconds
FROM sys.dm_tran_active_transactions AS at
JOIN sys.dm_tran_session_transactions AS st ON st.transaction_id = at.transaction_id
WHERE st.is_user_transaction = 1 AND st.session_id <> @@SPID
  AND at.transaction_begin_time < DATEADD(second, -@seconds, SYSDATETIME());`;

/** Progress of the builds that may be taken up again. */
export const resumableProgress = `SELECT name, state_desc AS state, percent_complete FROM sys.index_resumable_operations
WHERE object_id = OBJECT_ID(@table);`;
