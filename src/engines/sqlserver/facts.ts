import type { DatabaseFacts, TableFacts } from '../../app/ports/engine.ts';
import { keyKind } from './backfill/key-sql.ts';
import { describeVersion } from './capabilities.ts';
import { typeText } from './column-type.ts';
import { joinName, quoteTable } from './quote.ts';
import type { Connection } from './session/connection.ts';

/** What the plan needs to know of the tables asked for; a name without a table is null. */
export async function readFacts(connection: Connection, tables: readonly string[]): Promise<DatabaseFacts> {
  const facts: Record<string, TableFacts | null> = {};
  const others: string[] = [];
  let unknown = false;
  for (const name of new Set(tables)) {
    const relation = await readRelation(connection, name);
    facts[name] = relation?.type === 'U' ? await readTable(connection, relation) : null;
    if (relation === null) unknown = true;
    else if (relation.type !== 'U') others.push(name);
  }
  return {
    serverVersion: describeVersion(connection.server),
    tables: facts,
    others,
    ...(unknown ? { tableNames: await readTableNames(connection) } : {}),
  };
}

interface Relation {
  readonly id: string;
  readonly schema: string;
  readonly name: string;
  readonly type: string;
}

async function readRelation(connection: Connection, asked: string): Promise<Relation | null> {
  const [row] = await connection.read<Relation>(
    `SELECT CONVERT(varchar(20), o.object_id) AS id, s.name AS [schema], o.name, RTRIM(o.type) AS type
FROM sys.objects AS o JOIN sys.schemas AS s ON s.schema_id = o.schema_id
WHERE o.object_id = OBJECT_ID(@name)`,
    { name: quoteTable(asked) },
  );
  return row ?? null;
}

/** For suggestions only: a thousand of this database, as they would be written. */
async function readTableNames(connection: Connection): Promise<readonly string[]> {
  const rows = await connection.read<{ schema: string; name: string }>(
    `SELECT TOP (1000) s.name AS [schema], t.name FROM sys.tables AS t
JOIN sys.schemas AS s ON s.schema_id = t.schema_id
WHERE t.is_ms_shipped = 0 AND s.name <> N'lockkeeper' ORDER BY s.name, t.name`,
  );
  return rows.map(({ schema, name }) =>
    joinName(schema === connection.server.schema ? [name] : [schema, name]),
  );
}

interface ColumnRow {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly nullable: string;
}

interface KeyPart {
  readonly key: string;
  readonly main: string;
  readonly filtered: string;
  readonly column: string;
}

/** A type of the user's own is taken for what it is made of. */
const columnsQuery = `SELECT CONVERT(varchar(20), c.column_id) AS id, c.name, ${typeText} AS type,
  CONVERT(int, c.is_nullable) AS nullable
FROM sys.columns AS c JOIN sys.types AS y ON y.user_type_id = c.system_type_id
WHERE c.object_id = @id ORDER BY c.column_id`;

const keysQuery = `SELECT i.name AS [key], CONVERT(int, i.is_primary_key) AS main, CONVERT(int, i.has_filter) AS filtered,
  CONVERT(varchar(20), x.column_id) AS [column]
FROM sys.indexes AS i
JOIN sys.index_columns AS x ON x.object_id = i.object_id AND x.index_id = i.index_id
WHERE i.object_id = @id AND i.is_unique = 1 AND i.is_disabled = 0 AND x.key_ordinal > 0
ORDER BY i.is_primary_key DESC, i.name, x.key_ordinal`;

/** Pages are counted where the server lists them. */
const bytesQuery = `SELECT CONVERT(varchar(30), SUM(CONVERT(bigint, a.total_pages)) * 8192) AS bytes
FROM sys.partitions AS p JOIN sys.allocation_units AS a ON a.container_id IN (p.partition_id, p.hobt_id)
WHERE p.object_id = @id`;

async function readTable(connection: Connection, { id, schema, name }: Relation): Promise<TableFacts> {
  const of = { id: Number(id) };
  const columns = await connection.read<ColumnRow>(columnsQuery, of);
  const parts = await connection.read<KeyPart>(keysQuery, of);
  const [counted] = await connection.read<{ rows: string | null }>(
    `SELECT CONVERT(varchar(30), SUM(rows)) AS rows FROM sys.partitions WHERE object_id = @id AND index_id IN (0, 1)`,
    of,
  );
  const [size] = await connection.read<{ bytes: string | null }>(bytesQuery, of).catch(() => []);
  return {
    table: joinName([schema, name]),
    rowsEstimate: Math.max(0, Number(counted?.rows ?? 0)),
    bytes: Number(size?.bytes ?? 0),
    columns: columns.map((column) => ({
      name: column.name,
      type: column.type,
      nullable: column.nullable === '1',
    })),
    keys: [...new Set(parts.map(({ key }) => key))].map((key) =>
      toKey(
        key,
        parts.filter((part) => part.key === key),
        columns,
      ),
    ),
  };
}

function toKey(
  name: string,
  parts: readonly KeyPart[],
  columns: readonly ColumnRow[],
): TableFacts['keys'][number] {
  const rows = parts.flatMap((part) => columns.filter(({ id }) => id === part.column));
  const filtered = parts.some((part) => part.filtered === '1');
  return {
    name,
    primary: parts[0]?.main === '1',
    columns: rows.map((row) => ({ name: row.name, type: row.type })),
    refused: filtered
      ? 'its index is filtered, and rows that are not in it would be passed over'
      : (rows.map(columnRefusal).find((reason) => reason !== null) ?? null),
  };
}

/** Why rows cannot be walked in the order of a column and found again by its text; null when they can. */
function columnRefusal({ name, type, nullable }: ColumnRow): string | null {
  if (nullable === '1') return `its column ${name} may be null, and rows with a null would be passed over`;
  if (/^(float|real)\b/.test(type)) {
    return `its column ${name} is a floating point number (${type}), whose text does not always give it back`;
  }
  // On the one server that has walked along texts (Babelfish), rows were passed over.
  if (/^n?(var)?char\b/.test(type)) {
    return `its column ${name} is a text, which was not yet seen to be compared in the order of its index`;
  }
  if (keyKind(type) !== null) return null;
  return `its column ${name} has type ${type}, of which it is not known that its text gives it back exactly`;
}
