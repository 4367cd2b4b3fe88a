import type {
  HistoryContent,
  HistoryRow,
  HistoryTable,
  PlannedHistory,
} from '../../../core/history/tool-history.ts';
import { type HistoryWords, historyStatements } from '../../tool-history-sql.ts';
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
  historyStatements(words, quoted(planned), planned.changes)
    .map((statement) => `${statement};`)
    .join('\n');

const words: HistoryWords = {
  quoteIdentifier,
  literal,
  boolean: (value) => (value ? '1' : '0'),
  now: 'CURRENT_TIMESTAMP',
  user: `SUBSTRING_INDEX(CURRENT_USER(), '@', 1)`,
  uuid: 'UUID()',
  fromNothing: 'FROM DUAL ',
  rowsOf: (table) => `(SELECT * FROM ${table}) lk_h`,
};

const quoted = ({ schema, name }: { readonly schema: string; readonly name: string }): string =>
  `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
