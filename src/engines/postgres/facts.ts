import type { DatabaseFacts, TableFacts } from '../../app/ports/engine.ts';
import { joinName, quoteTable } from './quote.ts';
import type { Session } from './session/session.ts';

/** What the plan needs to know of the tables asked for; a name without a table is null. */
export async function readFacts(
  session: Pick<Session, 'read'>,
  tables: readonly string[],
): Promise<DatabaseFacts> {
  const [server] = await session.read<{ version: string }>(
    "SELECT pg_catalog.current_setting('server_version') AS version",
  );
  const names = [...new Set(tables)];
  const rows = names.length === 0 ? [] : await session.read<TableRow>(factsQuery, [names.map(quoteTable)]);
  const found = new Map(rows.map((row) => [Number(row.place), toFacts(row)]));
  const others = await readOthers(
    session,
    names.filter((_, index) => !found.has(index + 1)),
  );
  return {
    serverVersion: server?.version ?? 'unknown',
    tables: Object.fromEntries(names.map((name, index) => [name, found.get(index + 1) ?? null])),
    ...others,
  };
}

/** What there is instead of a table: a relation of another kind, or tables of other names. */
async function readOthers(
  session: Pick<Session, 'read'>,
  names: readonly string[],
): Promise<Pick<DatabaseFacts, 'others' | 'tableNames'>> {
  if (names.length === 0) return { others: [] };
  const rows = await session.read<{ place: string }>(
    `SELECT place FROM pg_catalog.unnest($1::text[]) WITH ORDINALITY AS asked(name, place)
      WHERE pg_catalog.to_regclass(name) IS NOT NULL`,
    [names.map(quoteTable)],
  );
  const others = rows.map(({ place }) => names[Number(place) - 1] ?? '');
  if (others.length === names.length) return { others };
  const tables = await session.read<{ schema: string; name: string; visible: string }>(tableNamesQuery);
  return {
    others,
    tableNames: tables.map(({ schema, name, visible }) =>
      joinName(visible === 't' ? [name] : [schema, name]),
    ),
  };
}

/** For suggestions only: a thousand, those first that need no schema before their name. */
const tableNamesQuery = `
SELECT n.nspname AS schema, c.relname AS name, pg_catalog.pg_table_is_visible(c.oid) AS visible
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname NOT LIKE 'pg\\_%'
  AND n.nspname NOT IN ('information_schema', 'lockkeeper')
ORDER BY visible DESC, n.nspname COLLATE "C", c.relname COLLATE "C" LIMIT 1000`;

interface TableRow {
  readonly place: string;
  readonly schema: string;
  readonly name: string;
  readonly rows: string;
  readonly bytes: string;
  readonly columns: string;
  readonly keys: string;
}

interface ColumnRow {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
}

interface KeyRow {
  readonly name: string;
  readonly primary: boolean;
  readonly valid: boolean;
  readonly immediate: boolean;
  readonly method: string;
  readonly columns: readonly KeyColumnRow[];
}

interface KeyColumnRow extends ColumnRow {
  /** Name and category of the type, below a domain. */
  readonly base: string;
  readonly category: string;
  readonly deterministic: boolean;
  /** The index orders the column as comparisons of the column do. */
  readonly plain_order: boolean;
}

function toFacts(row: TableRow): TableFacts {
  const columns = JSON.parse(row.columns) as ColumnRow[];
  const keys = JSON.parse(row.keys) as KeyRow[];
  return {
    table: joinName([row.schema, row.name]),
    rowsEstimate: Number(row.rows),
    bytes: Number(row.bytes),
    columns: columns.map(({ name, type, nullable }) => ({ name, type, nullable })),
    keys: keys.map((key) => ({
      name: key.name,
      primary: key.primary,
      columns: key.columns.map(({ name, type }) => ({ name, type: keyType(type) })),
      refused: refusal(key),
    })),
  };
}

/**
 * Key types go without the length of `character(n)` and `character varying(n)`: a cast to those cuts a longer text
 * silently, and comparisons are the same without it.
 */
function keyType(type: string): string {
  return type
    .replace(/^character varying\(\d+\)$/, 'character varying')
    .replace(/^character\(\d+\)$/, 'bpchar');
}

/** Why rows cannot be walked in the order of a key and found again by its text; null when they can. */
function refusal(key: KeyRow): string | null {
  if (!key.valid) return 'its index is invalid: a concurrent build was not finished';
  if (!key.immediate) return 'it is deferrable, so that two rows may have the same key for a while';
  if (key.method !== 'btree') return `its index is of type ${key.method}, which has no order`;
  for (const column of key.columns) {
    const reason = columnRefusal(column);
    if (reason !== null) return reason;
  }
  return null;
}

function columnRefusal({
  name,
  base,
  type,
  category,
  nullable,
  deterministic,
  plain_order,
}: KeyColumnRow): string | null {
  if (nullable) return `its column ${name} may be null, and rows with a null would be passed over`;
  if (base === 'float4' || base === 'float8') {
    return `its column ${name} is a floating point number (${type}), whose text does not always give it back`;
  }
  if (!deterministic) {
    return `its column ${name} has a nondeterministic collation, under which different texts are one key`;
  }
  if (!plain_order)
    return `its column ${name} is indexed by another operator class or collation than its own`;
  if (exact.has(base) || category === 'E') return null;
  return `its column ${name} has type ${type}, of which it is not known that its text gives it back exactly`;
}

/** Types with a total order whose text output, under the session's notation, is read back as the same value. */
const exact = new Set([
  'bool',
  'int2',
  'int4',
  'int8',
  'oid',
  'numeric',
  'text',
  'varchar',
  'bpchar',
  'name',
  'uuid',
  'date',
  'time',
  'timetz',
  'timestamp',
  'timestamptz',
  'interval',
  'bytea',
  'inet',
  'cidr',
  'macaddr',
  'macaddr8',
  'pg_lsn',
  'xid8',
]);

/** Qualified unless built in: the session that casts to it may have another search path. */
const typeName = `(SELECT CASE WHEN tn.nspname <> 'pg_catalog' AND pg_catalog.pg_type_is_visible(named.oid)
                   THEN pg_catalog.quote_ident(tn.nspname) || '.' ELSE '' END || pg_catalog.format_type(a.atttypid, a.atttypmod)
              FROM pg_catalog.pg_type named JOIN pg_catalog.pg_namespace tn ON tn.oid = named.typnamespace
             WHERE named.oid = a.atttypid)`;

/** A NOT NULL constraint that is not yet validated (PostgreSQL 18) promises nothing about existing rows. */
const nullable = `(NOT a.attnotnull OR EXISTS (
            SELECT FROM pg_catalog.pg_constraint con
             WHERE con.conrelid = a.attrelid AND con.contype = 'n' AND con.conkey = ARRAY[a.attnum]
               AND NOT con.convalidated))`;

/** Planner's estimates: -1 rows (never analysed) are estimated from pages; partitions are summed up. */
const factsQuery = `
WITH asked AS (
  SELECT place, pg_catalog.to_regclass(name)::oid AS relid
  FROM pg_catalog.unnest($1::text[]) WITH ORDINALITY AS asked(name, place)
)
SELECT asked.place, n.nspname AS schema, c.relname AS name, size.rows, size.bytes,
  (SELECT coalesce(json_agg(json_build_object(
            'name', a.attname, 'type', ${typeName},
            'nullable', ${nullable}) ORDER BY a.attnum), '[]')
     FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
  (SELECT coalesce(json_agg(json_build_object(
            'name', ic.relname, 'primary', i.indisprimary, 'valid', i.indisvalid AND i.indisready,
            'immediate', i.indimmediate, 'method', am.amname, 'columns', key.columns)
            ORDER BY i.indisprimary DESC, ic.relname COLLATE "C"), '[]')
     FROM pg_catalog.pg_index i
     JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
     JOIN pg_catalog.pg_am am ON am.oid = ic.relam
     CROSS JOIN LATERAL (
       SELECT json_agg(json_build_object(
                'name', a.attname, 'type', ${typeName},
                'nullable', ${nullable}, 'base', base.typname, 'category', base.typcategory,
                'deterministic', coalesce(l.collisdeterministic, true),
                'plain_order', o.opcdefault AND i.indcollation[position - 1] = a.attcollation)
                ORDER BY position) AS columns
         FROM pg_catalog.generate_series(1, i.indnkeyatts) AS position
         JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[position - 1]
         JOIN pg_catalog.pg_opclass o ON o.oid = i.indclass[position - 1]
         JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
         JOIN pg_catalog.pg_type base ON base.oid = CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END
         LEFT JOIN pg_catalog.pg_collation l ON l.oid = i.indcollation[position - 1]
     ) AS key
    WHERE i.indrelid = c.oid AND i.indisunique AND i.indislive
      AND i.indpred IS NULL AND i.indexprs IS NULL) AS keys
FROM asked
JOIN pg_catalog.pg_class c ON c.oid = asked.relid AND c.relkind IN ('r', 'p')
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (
  SELECT coalesce(sum(CASE
           WHEN p.reltuples >= 0 THEN p.reltuples::numeric
           ELSE pg_catalog.pg_relation_size(p.oid)::numeric / 100 END), 0)::bigint AS rows,
         coalesce(sum(pg_catalog.pg_total_relation_size(p.oid)), 0) AS bytes
    FROM pg_catalog.pg_class p
   WHERE p.relkind = 'r'
     AND (p.oid = c.oid OR p.oid IN (SELECT relid FROM pg_catalog.pg_partition_tree(c.oid)))
) AS size`;
