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
    ...planned.changes.map((change) => changeStatement(table, change)),
  ];
}

function changeStatement(table: string, change: HistoryChange): string {
  if (change.does === 'remove') return `DELETE FROM ${table}${whereOf(change.where)}`;
  const entries = Object.entries(change.values);
  return `INSERT INTO ${table} (${entries.map(([column]) => quoteIdentifier(column)).join(', ')})
SELECT ${entries.map(([, value]) => valueSql(table, value)).join(', ')}
WHERE NOT EXISTS (SELECT FROM ${table}${whereOf(change.unless)})`;
}

function whereOf(key: HistoryKey): string {
  const parts = Object.entries(key).map(([column, value]) =>
    value === null
      ? `${quoteIdentifier(column)} IS NULL`
      : `${quoteIdentifier(column)} = ${literal(String(value))}`,
  );
  return parts.length === 0 ? '' : ` WHERE ${parts.join(' AND ')}`;
}

/** Texts without a type of their own take that of their column. */
function valueSql(table: string, value: HistoryValue): string {
  if (value === null) return 'NULL';
  if (typeof value !== 'object') return literal(String(value));
  switch (value.is) {
    case 'now':
      return 'now()';
    case 'user':
      return 'current_user';
    case 'uuid':
      return 'gen_random_uuid()::text';
    case 'next':
      return `(SELECT coalesce(max(${quoteIdentifier(value.column)}), 0) + 1 FROM ${table})`;
    default:
      return value satisfies never;
  }
}

const quoted = ({ schema, name }: { readonly schema: string; readonly name: string }): string =>
  `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
