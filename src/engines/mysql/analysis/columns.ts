import type { Reference } from './action.ts';
import { type Cursor, cutAtCommas, Unread } from './cursor.ts';
import { spelled, type Token } from './tokens.ts';

/** A column as CREATE TABLE and ALTER TABLE define it. */
export interface ColumnDefinition {
  readonly name: string;
  /** Its type in capitals, e.g. `VARCHAR`; empty where there is none (MariaDB's period columns). */
  readonly type: string;
  /** What stands in parentheses behind the type: lengths, or the values of an ENUM or SET. */
  readonly width: readonly Token[];
  readonly unsigned: boolean;
  readonly zerofill: boolean;
  /** As it is said of this column, in small letters. */
  readonly charset: string | null;
  readonly nullable: boolean;
  /** NULL or NOT NULL is written out. */
  readonly saysNull: boolean;
  /** Tokens of a default other than NULL. */
  readonly standard: readonly Token[] | null;
  readonly generated: 'virtual' | 'stored' | null;
  readonly autoIncrement: boolean;
  readonly unique: boolean;
  readonly primary: boolean;
  readonly checks: readonly { readonly name: string | null }[];
  /** What an inline REFERENCES names. */
  readonly references: Reference | null;
  /** FIRST or AFTER another column; at the end otherwise. */
  readonly placed: boolean;
}

const types = new Set(
  `TINYINT SMALLINT MEDIUMINT INT INT1 INT2 INT3 INT4 INT8 INTEGER BIGINT BOOL BOOLEAN BIT DECIMAL DEC NUMERIC FIXED NUMBER
   FLOAT FLOAT4 FLOAT8 DOUBLE REAL DATE DATETIME TIMESTAMP TIME YEAR CHAR CHARACTER VARCHAR VARCHARACTER NCHAR NVARCHAR
   NATIONAL BINARY VARBINARY TINYBLOB BLOB MEDIUMBLOB LONGBLOB TINYTEXT TEXT MEDIUMTEXT LONGTEXT LONG ENUM SET JSON
   GEOMETRY POINT LINESTRING POLYGON MULTIPOINT MULTILINESTRING MULTIPOLYGON GEOMETRYCOLLECTION GEOMCOLLECTION SERIAL
   UUID INET4 INET6 VECTOR`.split(/\s+/),
);

/** Reads a column's definition behind its name. Throws Unread for anything unknown in it. */
export function columnDefinition(cursor: Cursor, name: string): ColumnDefinition {
  const { type, ...more } = columnType(cursor);
  const read = {
    name,
    type,
    ...more,
    charset: null as string | null,
    saysNull: false,
    nullable: type !== 'SERIAL',
    standard: null as readonly Token[] | null,
    generated: null as ColumnDefinition['generated'],
    autoIncrement: type === 'SERIAL',
    unique: type === 'SERIAL',
    primary: false,
    checks: [] as { name: string | null }[],
    references: null as Reference | null,
    placed: false,
  };
  while (!cursor.atEnd && cursor.word() !== ',') attribute(cursor, read);
  return read;
}

type Draft = { -readonly [Key in keyof ColumnDefinition]: ColumnDefinition[Key] } & {
  checks: { name: string | null }[];
};

function columnType(cursor: Cursor): Pick<ColumnDefinition, 'type' | 'width' | 'unsigned' | 'zerofill'> {
  const type = cursor.word();
  if (!types.has(type)) throw new Unread(`no type: ${cursor.peek()?.raw ?? 'nothing'}`);
  cursor.take();
  if (type === 'NATIONAL') cursor.acceptAny(['CHAR', 'CHARACTER', 'VARCHAR', 'VARCHARACTER']);
  if (type === 'DOUBLE') cursor.accept('PRECISION');
  if (type === 'CHAR' || type === 'CHARACTER' || type === 'NCHAR') cursor.acceptAny(['VARYING', 'VARCHAR']);
  if (type === 'LONG') cursor.acceptAny(['VARCHAR', 'VARBINARY']);
  const width = cursor.word() === '(' ? cursor.parentheses() : [];
  const said = new Set<string>();
  for (let next = cursor.acceptAny(typeWords); next !== null; next = cursor.acceptAny(typeWords))
    said.add(next);
  return { type, width, unsigned: said.has('UNSIGNED'), zerofill: said.has('ZEROFILL') };
}

const typeWords = ['UNSIGNED', 'SIGNED', 'ZEROFILL', 'BINARY', 'ASCII', 'UNICODE', 'BYTE'];

function attribute(cursor: Cursor, read: Draft): void {
  if (cursor.accept('NOT', 'NULL')) Object.assign(read, { nullable: false, saysNull: true });
  else if (cursor.accept('NULL')) Object.assign(read, { nullable: true, saysNull: true });
  else if (cursor.accept('DEFAULT')) read.standard = defaultValue(cursor);
  else if (cursor.accept('ON', 'UPDATE')) currentTime(cursor);
  else if (cursor.accept('AUTO_INCREMENT')) read.autoIncrement = true;
  else if (cursor.accept('UNIQUE', 'KEY') || cursor.accept('UNIQUE')) read.unique = true;
  else if (cursor.accept('PRIMARY', 'KEY') || cursor.accept('PRIMARY') || cursor.accept('KEY'))
    read.primary = true;
  else if (cursor.accept('COMMENT')) cursor.take();
  else if (cursor.accept('COLLATE')) nameOrText(cursor);
  else if (cursor.accept('CHARACTER', 'SET') || cursor.accept('CHARSET')) read.charset = nameOrText(cursor);
  else if (cursor.accept('COLUMN_FORMAT') || cursor.accept('STORAGE')) cursor.take();
  else if (cursor.accept('FIRST')) read.placed = true;
  else if (cursor.accept('AFTER')) {
    cursor.name();
    read.placed = true;
  } else if (cursor.accept('GENERATED', 'ALWAYS', 'AS') || cursor.accept('AS')) generated(cursor, read);
  else if (cursor.accept('CHECK')) check(cursor, read, null);
  else if (cursor.accept('CONSTRAINT')) {
    const name = cursor.word() === 'CHECK' ? null : cursor.name();
    cursor.expect('CHECK');
    check(cursor, read, name);
  } else if (cursor.word() === 'REFERENCES') read.references = references(cursor);
  else if (cursor.accept('WITH', 'SYSTEM', 'VERSIONING') || cursor.accept('WITHOUT', 'SYSTEM', 'VERSIONING'))
    return;
  else if (cursor.acceptAny(['VISIBLE', 'INVISIBLE', 'COMPRESSED']) === null) {
    throw new Unread(`in a column: ${cursor.peek()?.raw ?? ''}`);
  }
}

function defaultValue(cursor: Cursor): readonly Token[] | null {
  if (cursor.word() === '(') return cursor.parentheses();
  if (cursor.accept('NULL')) return null;
  if (timeFunctions.has(cursor.word())) return currentTime(cursor);
  const tokens: Token[] = [];
  if (cursor.word() === '-' || cursor.word() === '+') tokens.push(cursor.take());
  const value = cursor.take();
  tokens.push(value);
  // `_utf8mb4'x'`, `b'1'`, `DATE '…'`, and MariaDB's bare function calls.
  if (value.kind === 'word' && cursor.peek()?.kind === 'text') tokens.push(cursor.take());
  const opens = cursor.peek();
  if (value.kind === 'word' && opens !== undefined && cursor.word() === '(')
    tokens.push(opens, ...cursor.parentheses());
  return tokens;
}

const timeFunctions = new Set([
  'CURRENT_TIMESTAMP',
  'NOW',
  'LOCALTIME',
  'LOCALTIMESTAMP',
  'CURRENT_DATE',
  'CURDATE',
]);

function currentTime(cursor: Cursor): readonly Token[] {
  if (!timeFunctions.has(cursor.word())) throw new Unread('expected CURRENT_TIMESTAMP');
  const tokens = [cursor.take()];
  return cursor.word() === '(' ? [...tokens, ...cursor.parentheses()] : tokens;
}

const nameOrText = (cursor: Cursor): string =>
  (cursor.peek()?.kind === 'text' ? cursor.take().value : cursor.name()).toLowerCase();

function generated(cursor: Cursor, read: Draft): void {
  if (cursor.accept('ROW')) {
    cursor.acceptAny(['START', 'END']);
    read.generated = 'stored';
    return;
  }
  cursor.parentheses();
  const how = cursor.acceptAny(['VIRTUAL', 'STORED', 'PERSISTENT']);
  read.generated = how === 'STORED' || how === 'PERSISTENT' ? 'stored' : 'virtual';
}

function check(cursor: Cursor, read: Draft, name: string | null): void {
  cursor.parentheses();
  if (!cursor.accept('NOT', 'ENFORCED')) cursor.accept('ENFORCED');
  read.checks = [...read.checks, { name }];
}

/** `REFERENCES t (a, b) ON DELETE … ON UPDATE …` */
export function references(cursor: Cursor): Reference {
  cursor.expect('REFERENCES');
  const table = cursor.qualifiedName();
  const columns = cursor.word() === '(' ? columnNames(cursor) : [];
  let onDelete: Reference['onDelete'] = null;
  for (;;) {
    if (cursor.accept('MATCH')) cursor.take();
    else if (cursor.accept('ON', 'DELETE')) onDelete = reaction(cursor);
    else if (cursor.accept('ON', 'UPDATE')) reaction(cursor);
    else return { table, columns, onDelete };
  }
}

function reaction(cursor: Cursor): Reference['onDelete'] {
  if (cursor.accept('CASCADE')) return 'CASCADE';
  if (cursor.accept('SET', 'NULL')) return 'SET NULL';
  if (!cursor.accept('RESTRICT') && !cursor.accept('SET', 'DEFAULT')) cursor.expect('NO', 'ACTION');
  return null;
}

/** Names in parentheses. */
export const columnNames = (cursor: Cursor): readonly string[] =>
  cutAtCommas(cursor.parentheses()).map(([name]) => spelled(name));
