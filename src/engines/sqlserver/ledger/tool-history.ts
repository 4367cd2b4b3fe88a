import type {
  HistoryContent,
  HistoryRow,
  HistoryTable,
  PlannedHistory,
} from '../../../core/history/tool-history.ts';
import { type HistoryWords, historyStatements } from '../../tool-history-sql.ts';
import { literal, quoteIdentifier } from '../quote.ts';
import type { Session } from '../session/session.ts';

/** Names of columns as the catalogue spells them, by their small letters. */
export type Spelling = ReadonlyMap<string, string>;

/**
 * What another tool's history holds; null where there is no table of that name with its columns. Some tools write
 * their names in capitals here, which in a database of a case-sensitive collation are other names.
 */
export async function readToolHistory(session: Session, table: HistoryTable): Promise<HistoryContent | null> {
  const place = await findTable(session, table);
  if (place === null) return null;
  const columns = await readColumns(session, place);
  const texts: string[] = [];
  for (const name of table.columns) {
    const column = columns.get(name);
    if (column === undefined) return null;
    texts.push(`${textOf(column)} AS ${quoteIdentifier(name)}`);
  }
  const order = table.orderBy.map((name) => `lk_h.${quoteIdentifier(columns.get(name)?.name ?? name)}`);
  const rows = await session.read<HistoryRow>(
    `SELECT ${texts.join(', ')} FROM ${quoted(place)} AS lk_h ORDER BY ${order.join(', ')}`,
  );
  return { ...place, rows };
}

/** How the columns of a history are spelled, for `toolHistoryScript`. */
export async function readSpelling(session: Session, place: Place): Promise<Spelling> {
  const columns = await readColumns(session, place);
  return new Map([...columns].map(([small, { name }]) => [small, name]));
}

/**
 * The statements of a planned change, for a transaction of our own. The whole table is locked to its end against the
 * tool itself: rows are looked for and then written, and two of us would both find none.
 */
export function toolHistoryScript(planned: PlannedHistory, spelling: Spelling): string {
  const table = quoted(planned);
  const statements = historyStatements(wordsIn(spelling), table, planned.changes);
  return `DECLARE @lk_rows int = (SELECT COUNT(*) FROM ${table} WITH (TABLOCKX, HOLDLOCK));
${statements.map((statement) => `${statement};`).join('\n')}`;
}

const wordsIn = (spelling: Spelling): HistoryWords => ({
  quoteIdentifier: (name) => quoteIdentifier(spelling.get(name) ?? name),
  literal,
  boolean: (value) => (value ? '1' : '0'),
  // The tools write the server's local time; into a column with an offset this puts the instant, into others that time.
  now: 'SYSDATETIMEOFFSET()',
  user: 'SUSER_SNAME()',
  uuid: 'LOWER(CONVERT(char(36), NEWID()))',
  fromNothing: '',
  rowsOf: (table) => table,
});

interface Place {
  readonly schema: string;
  readonly name: string;
}

/** Where a session finds a bare name: in its own schema, then in dbo. */
async function findTable(session: Session, { schema, name }: HistoryTable): Promise<Place | null> {
  const [found] = await session.read<Place>(
    `SELECT s.name AS [schema], t.name FROM sys.tables AS t JOIN sys.schemas AS s ON s.schema_id = t.schema_id
     WHERE LOWER(t.name) = @name AND s.name IN (COALESCE(@schema, SCHEMA_NAME()), COALESCE(@schema, N'dbo'))
     ORDER BY CASE WHEN s.name = SCHEMA_NAME() THEN 0 ELSE 1 END, t.name`,
    { schema, name },
  );
  return found ?? null;
}

interface Column {
  readonly name: string;
  readonly type: string;
}

/** By their names in small letters. */
async function readColumns(session: Session, { schema, name }: Place): Promise<ReadonlyMap<string, Column>> {
  const columns = await session.read<Column>(
    `SELECT c.name, TYPE_NAME(c.system_type_id) AS type
     FROM sys.columns AS c JOIN sys.tables AS t ON t.object_id = c.object_id
     JOIN sys.schemas AS s ON s.schema_id = t.schema_id
     WHERE t.name = @name AND s.name = @schema`,
    { schema, name },
  );
  return new Map(columns.map((column) => [column.name.toLowerCase(), column]));
}

/** Style 121 is that of ISO; a datetime without a style is written with the name of its month, and without seconds. */
const textOf = ({ name, type }: Column): string =>
  /^(?:small)?date/.test(type)
    ? `CONVERT(nvarchar(40), lk_h.${quoteIdentifier(name)}, 121)`
    : `CONVERT(nvarchar(max), lk_h.${quoteIdentifier(name)})`;

const quoted = ({ schema, name }: Place): string => `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
