import { literal, quoteTable } from '../quote.ts';
import type { Session } from '../session/session.ts';

/** An index of the table, with its text as it can be given again. */
export interface TableIndex {
  readonly name: string;
  readonly schema: string;
  /** `CREATE INDEX …`, every name in it in full but that of the index. */
  readonly definition: string;
  readonly comment: string | null;
  /** Empty for that of the database. */
  readonly tablespace: string;
  /** Why it must stay; null where it may go. */
  readonly keptBecause: string | null;
}

export interface IndexedTable {
  readonly kind: string;
  /** The user may drop its indexes. */
  readonly owned: boolean;
  /** First those that a foreign key of the table needs, then in the order in which they were made. */
  readonly indexes: readonly TableIndex[];
}

export async function readIndexes(
  session: Pick<Session, 'read'>,
  table: string,
): Promise<IndexedTable | null> {
  const [row] = await session.read<{ found: string | null }>(indexesQuery(literal(quoteTable(table))));
  return typeof row?.found === 'string' ? (JSON.parse(row.found) as IndexedTable) : null;
}

/** One message and so one transaction. Without a search path the server writes all names out in full. */
const indexesQuery = (table: string): string => `
SET LOCAL search_path = '';
SET LOCAL quote_all_identifiers = off;
SELECT json_build_object(
  'kind', t.relkind,
  'owned', pg_has_role(t.relowner, 'USAGE'),
  'indexes', coalesce((
    SELECT json_agg(json_build_object(
        'name', c.relname, 'schema', n.nspname, 'definition', pg_get_indexdef(i.indexrelid),
        'comment', obj_description(i.indexrelid, 'pg_class'), 'tablespace', coalesce(s.spcname, ''),
        'keptBecause', ${keptBecause})
      ORDER BY ${servesForeignKey} DESC, i.indexrelid)
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
    WHERE i.indrelid = t.oid), '[]'))::text AS found
FROM pg_class t WHERE t.oid = to_regclass(${table})`;

/** A delete in the table it refers to would otherwise read this table from end to end. */
const servesForeignKey = `EXISTS (
  SELECT FROM pg_constraint k WHERE k.conrelid = i.indrelid AND k.contype = 'f' AND k.conkey[1] = i.indkey[0])`;

const constraint = (types: string): string =>
  `(SELECT k.conname FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN (${types}) LIMIT 1)`;

/** What an index means beside its columns: that would be gone with it, and would not come again by itself. */
const keptBecause = `CASE
  WHEN i.indisprimary THEN 'it is the primary key'
  WHEN i.indisexclusion THEN 'it serves the exclusion constraint ' || ${constraint("'x'")}
  WHEN ${constraint("'f'")} IS NOT NULL THEN 'foreign key ' || ${constraint("'f'")} || ' refers to its columns'
  WHEN ${constraint("'u'")} IS NOT NULL THEN 'it serves the unique constraint ' || ${constraint("'u'")}
  WHEN i.indisreplident THEN 'it is the replica identity of the table'
  WHEN i.indisunique THEN 'without it nothing refuses a row that is there twice'
  WHEN i.indisclustered THEN 'the table is clustered by it'
  WHEN NOT (i.indisvalid AND i.indisready) THEN 'it is not valid: drop it or build it again by itself'
  WHEN c.relispartition THEN 'it is part of an index of the partitioned table'
  WHEN EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = i.indexrelid AND coalesce(a.attstattarget, -1) >= 0)
    THEN 'its columns have statistics targets of their own'
  WHEN EXISTS (SELECT FROM pg_depend d WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = i.indexrelid)
    THEN 'something else depends on it'
  WHEN EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid AND d.deptype IN ('e', 'x'))
    THEN 'it depends on an extension'
END`;
