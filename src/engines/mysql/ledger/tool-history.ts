import type {
  HistoryChange,
  HistoryContent,
  HistoryKey,
  HistoryRow,
  HistoryTable,
  HistoryValue,
  PlannedHistory,
} from '../../../core/history/tool-history.ts';
import { literal, quoteIdentifier } from '../quote.ts';
import type { Session } from '../session/session.ts';

/**
 * What another tool's history holds; null where there is no table of that name with its columns. Some tools write
 * their names in capitals here, and others have no database of their own where they have a schema elsewhere.
 */
export async function readToolHistory(session: Session, table: HistoryTable): Promise<HistoryContent | null> {
  const columns = await session.read<{ db: string; tab: string; col: string }>(
    `SELECT c.TABLE_SCHEMA AS db, c.TABLE_NAME AS tab, LOWER(c.COLUMN_NAME) AS col
     FROM information_schema.COLUMNS c
     WHERE c.TABLE_SCHEMA IN (?, ?) AND LOWER(c.TABLE_NAME) = ?
     ORDER BY c.TABLE_SCHEMA = ? DESC, c.TABLE_NAME`,
    [session.database, table.schema ?? session.database, table.name, session.database],
  );
  const [first] = columns;
  if (first === undefined) return null;
  const own = columns.filter(({ db, tab }) => db === first.db && tab === first.tab).map(({ col }) => col);
  if (table.columns.some((column) => !own.includes(column))) return null;
  const place = { schema: first.db, name: first.tab };
  const list = table.columns.map(
    (column) => `CAST(${quoteIdentifier(column)} AS CHAR) AS ${quoteIdentifier(column)}`,
  );
  const rows = await session.read<HistoryRow>(
    `SELECT ${list.join(', ')} FROM ${quoted(place)} lk_h ORDER BY ${table.orderBy
      .map((column) => `lk_h.${quoteIdentifier(column)}`)
      .join(', ')}`,
  );
  return { ...place, rows };
}

/** The statements of a planned change, for a transaction of our own. */
export const toolHistoryScript = (planned: PlannedHistory): string =>
  planned.changes.map((change) => changeScript(quoted(planned), change)).join('\n');

function changeScript(table: string, change: HistoryChange): string {
  if (change.does === 'remove') return `DELETE FROM ${table}${whereOf(change.where)};`;
  const entries = Object.entries(change.values);
  return `INSERT INTO ${table} (${entries.map(([column]) => quoteIdentifier(column)).join(', ')})
SELECT ${entries.map(([, value]) => valueSql(table, value)).join(', ')}
FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM (SELECT * FROM ${table}) lk_h${whereOf(change.unless)});`;
}

function whereOf(key: HistoryKey): string {
  const parts = Object.entries(key).map(([column, value]) =>
    value === null
      ? `${quoteIdentifier(column)} IS NULL`
      : `${quoteIdentifier(column)} = ${literal(String(value))}`,
  );
  return parts.length === 0 ? '' : ` WHERE ${parts.join(' AND ')}`;
}

function valueSql(table: string, value: HistoryValue): string {
  if (value === null) return 'NULL';
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value !== 'object') return literal(String(value));
  switch (value.is) {
    case 'now':
      return 'CURRENT_TIMESTAMP';
    case 'user':
      return `SUBSTRING_INDEX(CURRENT_USER(), '@', 1)`;
    case 'uuid':
      return 'UUID()';
    case 'next':
      return `(SELECT COALESCE(MAX(lk_n.${quoteIdentifier(value.column)}), 0) + 1 FROM ${table} lk_n)`;
    default:
      return value satisfies never;
  }
}

const quoted = ({ schema, name }: { readonly schema: string; readonly name: string }): string =>
  `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
