import type { Dialect } from '../dialect.ts';
import { type Change, listOf, tableOf } from './change.ts';
import { readColumn } from './columns.ts';

export const createTable: Change = (change, dialect) => {
  const table = tableOf(change, dialect);
  const columns = change.children('column').map((column) => readColumn(column, dialect));
  const keyed = columns.filter(({ primaryKey }) => primaryKey !== null);
  const keyName = keyed.find(({ primaryKey }) => primaryKey?.name !== null)?.primaryKey?.name ?? null;
  const key = listOf(
    keyed.map(({ name }) => name),
    dialect,
  );
  const parts = columns.map(({ definition }) => definition);
  if (keyed.length > 0) {
    parts.push(`${keyName === null ? '' : `CONSTRAINT ${dialect.quote(keyName)} `}PRIMARY KEY (${key})`);
  }
  const hedge = change.flag('ifNotExists') ? 'IF NOT EXISTS ' : '';
  const remarks = change.text('remarks');
  const named = columns.map(
    ({ name, remarks: said }) => [`COLUMN ${table}.${dialect.quote(name)}`, said] as const,
  );
  return {
    up: [
      `CREATE TABLE ${hedge}${table} (${parts.join(', ')})`,
      ...[[`TABLE ${table}`, remarks] as const, ...named].flatMap(([what, said]) =>
        comment(what, said, dialect),
      ),
    ],
    down: [`DROP TABLE ${table}`],
  };
};

/** Where comments are part of the definition, they are no more than words and are left out. */
const comment = (what: string, said: string | null, dialect: Dialect): string[] =>
  said === null || dialect.modifiesWholeColumns ? [] : [`COMMENT ON ${what} IS ${dialect.literal(said)}`];

export const dropTable: Change = (change, dialect) => {
  const cascade = change.flag('cascadeConstraints') ? ' CASCADE' : '';
  return { up: [`DROP TABLE ${tableOf(change, dialect)}${cascade}`], down: null };
};

export const renameTable: Change = (change, dialect) => {
  const schema = change.text('schemaName');
  const [from = '', to = ''] = [change.required('oldTableName'), change.required('newTableName')].map(
    (name) => dialect.quote(name),
  );
  const within = (name: string) => (schema === null ? name : `${dialect.quote(schema)}.${name}`);
  return {
    up: [`ALTER TABLE ${within(from)} RENAME TO ${to}`],
    down: [`ALTER TABLE ${within(to)} RENAME TO ${from}`],
  };
};

export const insert: Change = (change, dialect) => {
  const table = tableOf(change, dialect);
  const values = change.children('column').map((column) => {
    const name = column.required('name');
    const text = column.text('value');
    const bare =
      column.text('valueNumeric') ??
      column.text('valueBoolean')?.toUpperCase() ??
      column.text('valueComputed');
    const date = column.text('valueDate');
    column.close();
    const dated = date === null ? null : /^\d/.test(date) ? dialect.literal(date.replace('T', ' ')) : date;
    return [name, text === null ? (bare ?? dated ?? 'NULL') : dialect.literal(text)] as const;
  });
  const names = listOf(
    values.map(([name]) => name),
    dialect,
  );
  return {
    up: [`INSERT INTO ${table} (${names}) VALUES (${values.map(([, value]) => value).join(', ')})`],
    down: null,
  };
};
