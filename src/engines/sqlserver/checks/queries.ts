import { COUNTED_AT_MOST } from '../../check.ts';
import { quoteIdentifier, quoteTable } from '../quote.ts';
import { productPrefix } from '../session/tag.ts';

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

/** `where` stands on lines of its own, so that a comment in it swallows nothing. */
export const rowsLeft = (table: string, where: string): string =>
  counted(`FROM ${quoteTable(table)} WHERE (${where}\n)`);

/** Parameters: @table, quoted, and @constraint. No row: there is no such constraint. */
export const constraintState = `SELECT CONVERT(int, is_disabled) AS disabled, CONVERT(int, is_not_trusted) AS untrusted
FROM sys.foreign_keys WHERE parent_object_id = OBJECT_ID(@table) AND name = @constraint
UNION ALL SELECT CONVERT(int, is_disabled), CONVERT(int, is_not_trusted) FROM sys.check_constraints
WHERE parent_object_id = OBJECT_ID(@table) AND name = @constraint
UNION ALL SELECT COALESCE(CONVERT(int, i.is_disabled), 0), 0 FROM sys.key_constraints AS k
LEFT JOIN sys.indexes AS i ON i.object_id = k.parent_object_id AND i.index_id = k.unique_index_id
WHERE k.parent_object_id = OBJECT_ID(@table) AND k.name = @constraint;`;

/** Parameter: @table, quoted. Indexes that are switched off. */
export const invalidIndexes =
  'SELECT name FROM sys.indexes WHERE object_id = OBJECT_ID(@table) AND is_disabled = 1';

/** Parameter: @table, quoted. Builds that were paused and left. */
export const pausedIndexes = `SELECT name FROM sys.index_resumable_operations
WHERE object_id = OBJECT_ID(@table) AND state_desc = N'PAUSED'`;

/** Sees the transactions of others with VIEW SERVER STATE only. */
export const oldestTransaction = `SELECT TOP (1)
  CONVERT(varchar(20), DATEDIFF_BIG(millisecond, a.transaction_begin_time, SYSDATETIME()) / 1000.0) AS seconds,
  CONCAT(N'session ', s.session_id, N' (user ', s.login_name, N', application ', s.program_name, N', ', s.status, N')') AS who
FROM sys.dm_tran_database_transactions AS d
JOIN sys.dm_tran_active_transactions AS a ON a.transaction_id = d.transaction_id
JOIN sys.dm_tran_session_transactions AS t ON t.transaction_id = d.transaction_id
JOIN sys.dm_exec_sessions AS s ON s.session_id = t.session_id
WHERE d.database_id = DB_ID() AND t.is_user_transaction = 1 AND s.session_id <> @@SPID
  AND LEFT(s.program_name, ${productPrefix.length}) <> N'${productPrefix}'
ORDER BY a.transaction_begin_time;`;

/** For servers that do not list transactions: who has one open, and how long ago that session was last asked anything. */
export const oldestBySession = `SELECT TOP (1)
  CONVERT(varchar(20), DATEDIFF_BIG(millisecond, s.last_request_start_time, SYSDATETIME()) / 1000.0) AS seconds,
  CONCAT(N'session ', s.session_id, N' (user ', s.login_name, N', application ', s.program_name, N', ', s.status, N')') AS who
FROM sys.dm_exec_sessions AS s
WHERE s.database_id = DB_ID() AND s.open_transaction_count > 0 AND s.session_id <> @@SPID
  AND LEFT(s.program_name, ${productPrefix.length}) <> N'${productPrefix}'
ORDER BY s.last_request_start_time;`;

/** Sessions of others that wait for a lock that one of ours holds. */
export const waitingForUs = `SELECT COUNT(DISTINCT r.session_id) AS waiting FROM sys.dm_exec_requests AS r
JOIN sys.dm_exec_sessions AS ours ON ours.session_id = r.blocking_session_id
JOIN sys.dm_exec_sessions AS theirs ON theirs.session_id = r.session_id
WHERE LEFT(ours.program_name, ${productPrefix.length}) = N'${productPrefix}'
  AND LEFT(theirs.program_name, ${productPrefix.length}) <> N'${productPrefix}';`;

/**
 * How far the slowest secondary of this database is behind, by the time of the last commit that it has made its own
 * against that of the primary. A secondary that tells nothing is unknown.
 */
export const availabilityLag = `SELECT SUM(CASE WHEN r.database_id IS NOT NULL AND r.last_commit_time IS NULL THEN 1 ELSE 0 END) AS unknown,
  CONVERT(varchar(20), COALESCE(MAX(DATEDIFF_BIG(millisecond, r.last_commit_time, p.last_commit_time)), 0) / 1000.0) AS seconds
FROM (SELECT 1 AS one) AS always
LEFT JOIN sys.dm_hadr_database_replica_states AS p
  ON p.database_id = DB_ID() AND p.is_local = 1 AND p.is_primary_replica = 1
LEFT JOIN sys.dm_hadr_database_replica_states AS r
  ON r.group_database_id = p.group_database_id AND r.is_primary_replica = 0
WHERE p.database_id IS NULL OR r.database_id IS NOT NULL;`;

/** Parameter: @table, quoted. Writes to the rows themselves: the heap or the clustered index. */
export const writeCounters = `SELECT CONVERT(varchar(20), SUM(leaf_insert_count)) AS inserted,
  CONVERT(varchar(20), SUM(leaf_delete_count + leaf_ghost_count)) AS deleted
FROM sys.dm_db_index_operational_stats(DB_ID(), OBJECT_ID(@table), NULL, NULL) WHERE index_id IN (0, 1);`;

export const rowCount = (table: string): string => `SELECT COUNT_BIG(*) AS found FROM ${quoteTable(table)};`;
