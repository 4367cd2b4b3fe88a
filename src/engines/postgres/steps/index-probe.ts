import type { Session } from '../session/session.ts';

export interface FoundIndex {
  /** Schema-qualified and quoted. */
  readonly name: string;
  readonly valid: boolean;
}

export interface BuildSite {
  /** False where the table does not exist (the server will say so in its own words). */
  readonly table: boolean;
  readonly index: FoundIndex | null;
}

/** The index of this name in the schema of `table` (as written), where CREATE INDEX would put it. */
export async function findIndexAt(session: Session, table: string, name: string): Promise<BuildSite> {
  const [row] = await session.read<{ name: string | null; valid: string | null }>(
    `SELECT CASE WHEN i.indexrelid IS NOT NULL THEN format('%I.%I', n.nspname, c.relname) END AS name,
            i.indisvalid AND i.indisready AS valid
     FROM pg_class t
     JOIN pg_namespace n ON n.oid = t.relnamespace
     LEFT JOIN pg_class c ON c.relnamespace = t.relnamespace AND c.relname = $2
     LEFT JOIN pg_index i ON i.indexrelid = c.oid
     WHERE t.oid = to_regclass($1)`,
    [table, name],
  );
  if (row === undefined) return { table: false, index: null };
  return { table: true, index: row.name === null ? null : { name: row.name, valid: row.valid === 't' } };
}

/** The index a name (as written) means. */
export async function findIndex(session: Session, written: string): Promise<FoundIndex | null> {
  const [row] = await session.read<{ name: string; valid: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name, i.indisvalid AND i.indisready AS valid
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE i.indexrelid = to_regclass($1)`,
    [written],
  );
  return row === undefined ? null : { name: row.name, valid: row.valid === 't' };
}

/** Invalid indexes that an interrupted REINDEX CONCURRENTLY leaves beside those of a table, quoted names. */
export async function findReindexLeftovers(
  session: Session,
  kind: 'index' | 'table',
  written: string,
): Promise<readonly string[]> {
  const table =
    kind === 'table'
      ? 'to_regclass($1)'
      : '(SELECT indrelid FROM pg_index WHERE indexrelid = to_regclass($1))';
  const rows = await session.read<{ name: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE i.indrelid = ${table} AND NOT i.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$'
     ORDER BY 1`,
    [written],
  );
  return rows.map((row) => row.name);
}
