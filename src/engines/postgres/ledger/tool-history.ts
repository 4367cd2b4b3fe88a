import type {
  HistoryContent,
  HistoryRow,
  HistoryTable,
  PlannedHistory,
} from '../../../core/history/tool-history.ts';
import { type HistoryWords, historyStatements } from '../../tool-history-sql.ts';
import { literal, quoteIdentifier } from '../quote.ts';
import type { Session } from '../session/session.ts';

/** What another tool's history holds; null where there is no table of that name with its columns. */
export async function readToolHistory(session: Session, table: HistoryTable): Promise<HistoryContent | null> {
  const asked = [table.schema, table.name].filter((part) => part !== null).map(quoteIdentifier);
  const [found] = await session.read<{ schema: string; name: string; columns: string }>(
    `SELECT n.nspname AS schema, c.relname AS name,
       (SELECT count(*) FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attname = ANY ($2::text[])) AS columns
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass($1)`,
    [asked.join('.'), table.columns],
  );
  if (found === undefined || Number(found.columns) < table.columns.length) return null;
  const { schema, name } = found;
  const rows = await session.read<HistoryRow>(
    `SELECT ${table.columns.map(quoteIdentifier).join(', ')} FROM ${quoted({ schema, name })}
     ORDER BY ${table.orderBy.map(quoteIdentifier).join(', ')}`,
  );
  return { schema, name, rows };
}

/**
 * The statements of a planned change, for a transaction of our own. The table is locked against the tool itself: its
 * rows are looked for and then written, and two of us would both find none.
 */
export function toolHistoryStatements(planned: PlannedHistory): readonly string[] {
  const table = quoted(planned);
  return [
    `LOCK TABLE ${table} IN SHARE ROW EXCLUSIVE MODE`,
    ...historyStatements(words, table, planned.changes),
  ];
}

const words: HistoryWords = {
  quoteIdentifier,
  literal,
  boolean: String,
  now: 'now()',
  user: 'current_user',
  uuid: 'gen_random_uuid()::text',
  fromNothing: '',
  rowsOf: (table) => table,
};

const quoted = ({ schema, name }: { readonly schema: string; readonly name: string }): string =>
  `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
