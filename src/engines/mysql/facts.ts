import type { DatabaseFacts, TableFacts } from '../../app/ports/engine.ts';
import { keyKind } from './backfill/key-sql.ts';
import { serverErrorOf } from './errors.ts';
import { notOurs } from './ledger/names.ts';
import { bind, joinName, placeOf } from './quote.ts';
import type { Connection } from './session/connection.ts';

/** What the plan needs to know of the tables asked for; a name without a table is null. */
export async function readFacts(connection: Connection, tables: readonly string[]): Promise<DatabaseFacts> {
  const names = [...new Set(tables)];
  const found = await readRelations(connection, names);
  const facts: Record<string, TableFacts | null> = {};
  for (const [name, relation] of found)
    facts[name] = relation.isTable ? await readTable(connection, relation) : null;
  for (const name of names) facts[name] ??= null;
  const others = names.filter((name) => found.get(name)?.isTable === false);
  const unknown = names.some((name) => !found.has(name));
  return {
    serverVersion: connection.server.version,
    tables: facts,
    others,
    ...(unknown ? { tableNames: await readTableNames(connection) } : {}),
  };
}

interface Relation {
  readonly schema: string;
  readonly name: string;
  readonly isTable: boolean;
  readonly engine: string;
  readonly rows: string;
  readonly bytes: string;
}

/** By the name asked for; as the server spells them. */
async function readRelations(
  connection: Connection,
  names: readonly string[],
): Promise<ReadonlyMap<string, Relation>> {
  const found = new Map<string, Relation>();
  for (const asked of names) {
    const { schema, name } = placeOf(asked, connection.database);
    const rows = await connection.read<
      Record<'schema' | 'name' | 'type' | 'engine' | 'rows' | 'bytes', string>
    >(
      `SELECT table_schema AS \`schema\`, table_name AS name, table_type AS type, COALESCE(engine, '') AS engine,
              COALESCE(table_rows, 0) AS \`rows\`, COALESCE(data_length + index_length, 0) AS bytes
       FROM information_schema.tables WHERE table_schema = ? AND table_name = ?`,
      [schema, name],
    );
    // The catalogue compares without regard to case, also where the server's own names differ in it.
    const fits = (one: string, other: string | undefined) =>
      connection.server.foldsTableNames || one === other;
    const row = rows.find((one) => fits(one.schema, schema) && fits(one.name, name));
    if (row !== undefined) found.set(asked, { ...row, isTable: row.type === 'BASE TABLE' });
  }
  return found;
}

/** For suggestions only: a thousand of this database. */
async function readTableNames(connection: Connection): Promise<readonly string[]> {
  const rows = await connection.read<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' AND ${notOurs('table_name')}
     ORDER BY table_name LIMIT 1000`,
  );
  return rows.map(({ name }) => joinName([name]));
}

interface ColumnRow {
  readonly name: string;
  readonly type: string;
  readonly nullable: string;
  readonly charset: string | null;
  readonly collation: string | null;
}

interface KeyPart {
  readonly key: string;
  readonly column: string | null;
  /** Characters of a prefix; null: the whole column. */
  readonly prefix: string | null;
  readonly kind: string;
}

async function readTable(connection: Connection, relation: Relation): Promise<TableFacts> {
  const where = bind('table_schema = ? AND table_name = ?', [relation.schema, relation.name]);
  const columns = await connection.read<ColumnRow>(
    `SELECT column_name AS name, column_type AS type, is_nullable AS nullable,
            character_set_name AS charset, collation_name AS collation
     FROM information_schema.columns WHERE ${where} ORDER BY ordinal_position`,
  );
  const parts = await connection.read<KeyPart>(
    `SELECT index_name AS \`key\`, column_name AS \`column\`, sub_part AS prefix, index_type AS kind
     FROM information_schema.statistics WHERE ${where} AND non_unique = 0
     ORDER BY index_name <> 'PRIMARY', index_name, seq_in_index`,
  );
  const names = [...new Set(parts.map((part) => part.key))];
  const instantChangesLeft = await readInstantChangesLeft(connection, relation);
  return {
    ...(instantChangesLeft === null ? {} : { instantChangesLeft }),
    table: joinName([relation.schema, relation.name]),
    rowsEstimate: Number(relation.rows),
    bytes: Number(relation.bytes),
    columns: columns.map(({ name, type, nullable }) => ({ name, type, nullable: nullable === 'YES' })),
    keys: names.map((name) =>
      toKey(
        name,
        parts.filter((part) => part.key === name),
        columns,
        relation.engine,
      ),
    ),
  };
}

/** Names that InnoDB writes as they are; others it encodes. */
const plainName = /^\w+$/;

/** Null where there is no limit, and where it cannot be read: that takes PROCESS. */
async function readInstantChangesLeft(
  connection: Connection,
  { schema, name }: Relation,
): Promise<number | null> {
  const limit = connection.server.instantRowVersions;
  if (limit === null || !plainName.test(schema) || !plainName.test(name)) return null;
  try {
    // Behind a # stand the partitions, each with a number of its own.
    const [row] = await connection.read<{ used: string | null }>(
      `SELECT MAX(total_row_versions) AS used FROM information_schema.innodb_tables
       WHERE SUBSTRING_INDEX(name, '#', 1) = ?`,
      [`${schema}/${name}`],
    );
    return row?.used == null ? null : Math.max(limit - Number(row.used), 0);
  } catch (error) {
    if (serverErrorOf(error)?.number === ACCESS_DENIED) return null;
    throw error;
  }
}

const ACCESS_DENIED = 1227;

function toKey(
  name: string,
  parts: readonly KeyPart[],
  columns: readonly ColumnRow[],
  engine: string,
): TableFacts['keys'][number] {
  const rows = parts.map((part) => columns.find((column) => column.name === part.column));
  const known = rows.filter((row) => row !== undefined);
  return {
    name,
    primary: name === 'PRIMARY',
    columns: known.map((row) => ({ name: row.name, type: keyType(row) })),
    refused: refusal(parts, rows, engine),
  };
}

/** A text's type says in which character set and collation it is compared. */
const keyType = ({ type, charset, collation }: ColumnRow): string =>
  charset === null || collation === null || type.startsWith('enum')
    ? type
    : `${type} character set ${charset} collate ${collation}`;

/** Engines whose changes are undone with their transaction. */
const transactional: ReadonlySet<string> = new Set(['innodb', 'rocksdb', 'tokudb', 'ndbcluster']);

/** Why rows cannot be walked in the order of a key and found again by its text; null when they can. */
function refusal(
  parts: readonly KeyPart[],
  rows: readonly (ColumnRow | undefined)[],
  engine: string,
): string | null {
  if (!transactional.has(engine.toLowerCase())) {
    return `the table's engine ${engine} has no transactions: a batch that fails could not be undone`;
  }
  if (parts.some((part) => part.kind !== 'BTREE')) return 'its index has no order';
  const prefixed = parts.find((part) => part.prefix !== null);
  if (prefixed !== undefined) return `its index holds only the beginning of column ${prefixed.column}`;
  for (const row of rows) {
    const reason = row === undefined ? 'it is made of an expression' : columnRefusal(row);
    if (reason !== null) return reason;
  }
  return null;
}

function columnRefusal(column: ColumnRow): string | null {
  const { name, type, nullable } = column;
  if (nullable === 'YES') return `its column ${name} may be null, and rows with a null would be passed over`;
  if (/^(float|double)\b/.test(type)) {
    return `its column ${name} is a floating point number (${type}), whose text does not always give it back`;
  }
  if (keyKind(keyType(column)) !== null) return null;
  return `its column ${name} has type ${type}, of which it is not known that its text gives it back exactly`;
}
