import type { Asked } from '../asked.ts';
import type { Dialect } from '../dialect.ts';
import { type Change, tableOf } from './change.ts';

/** A column as `createTable` and `addColumn` have it. */
export interface Column {
  readonly name: string;
  /** Name, type, default and what constrains it, as in `CREATE TABLE`. */
  readonly definition: string;
  /** Names of a primary key that the table as a whole is to get. */
  readonly primaryKey: { readonly name: string | null } | null;
  /** The value that rows there are to have; null for none. */
  readonly value: string | null;
  readonly remarks: string | null;
}

export function readColumn(column: Asked, dialect: Dialect): Column {
  const name = column.required('name');
  const numbersItself = column.flag('autoIncrement');
  const by = defaultOf(column, dialect);
  const parts = [dialect.quote(name), dialect.type(column.required('type'))];
  if (numbersItself) parts.push(dialect.autoIncrement);
  if (by !== null) parts.push(`DEFAULT ${by}`);
  const constraints = column.children('constraints').map((one) => readConstraints(one, name, dialect));
  parts.push(...constraints.flatMap((one) => one.parts));
  const primary = constraints.find((one) => one.isPrimary);
  const result = {
    name,
    definition: parts.join(' '),
    primaryKey: primary === undefined ? null : { name: primary.primaryName },
    value: valueAs(column, 'value', dialect),
    remarks: column.text('remarks'),
  };
  column.close();
  return result;
}

function readConstraints(constraints: Asked, column: string, dialect: Dialect) {
  const parts: string[] = [];
  const isPrimary = constraints.flag('primaryKey');
  if (constraints.text('nullable') === 'false' || isPrimary) parts.push('NOT NULL');
  const named = (name: string | null) => (name === null ? '' : `CONSTRAINT ${dialect.quote(name)} `);
  const uniqueName = constraints.text('uniqueConstraintName');
  if (constraints.flag('unique')) parts.push(`${named(uniqueName)}UNIQUE`);
  const check = constraints.text('checkConstraint');
  if (check !== null) parts.push(`CHECK (${check.replace(/^check\s*/i, '').replace(/^\((.*)\)$/s, '$1')})`);
  const foreign = constraints.text('foreignKeyName');
  const to = referenceOf(constraints, dialect);
  const cascade = constraints.flag('deleteCascade') ? ' ON DELETE CASCADE' : '';
  if (to !== null) parts.push(`${named(foreign)}REFERENCES ${to}${cascade}`);
  else if (foreign !== null)
    constraints.refuse(`the foreign key of ${column} leads nowhere`, 'references="table(column)"');
  const primaryName = constraints.text('primaryKeyName');
  constraints.close();
  return { parts, isPrimary, primaryName };
}

function referenceOf(constraints: Asked, dialect: Dialect): string | null {
  const table = constraints.text('referencedTableName');
  const columns = constraints.list('referencedColumnNames');
  const written = constraints.text('references');
  if (table !== null) {
    const list = columns.map((name) => dialect.quote(name)).join(', ');
    return `${dialect.quote(table)}${list === '' ? '' : ` (${list})`}`;
  }
  return written;
}

/** The default, whichever of its attributes gives it. */
export const defaultOf = (column: Asked, dialect: Dialect): string | null =>
  valueAs(column, 'defaultValue', dialect);

function valueAs(column: Asked, attribute: string, dialect: Dialect): string | null {
  const text = column.text(attribute);
  const date = column.text(`${attribute}Date`);
  const bare =
    column.text(`${attribute}Numeric`) ??
    column.text(`${attribute}Boolean`)?.toUpperCase() ??
    column.text(`${attribute}Computed`);
  if (text !== null) return dialect.literal(text);
  if (date !== null) return /^\d/.test(date) ? dialect.literal(date.replace('T', ' ')) : date;
  return bare ?? null;
}

export const addColumn: Change = (change, dialect) => {
  const table = tableOf(change, dialect);
  const columns = change.children('column').map((column) => readColumn(column, dialect));
  if (columns.length === 0) change.refuse('addColumn without a column', 'at least one column');
  const added = columns.map(({ definition, primaryKey }) => {
    const key = primaryKey === null ? '' : ' PRIMARY KEY';
    return `ALTER TABLE ${table} ADD COLUMN ${definition}${key}`;
  });
  const filled = columns.flatMap(({ name, value }) =>
    value === null ? [] : [`UPDATE ${table} SET ${dialect.quote(name)} = ${value}`],
  );
  return {
    up: [...added, ...filled],
    down: columns.toReversed().map(({ name }) => `ALTER TABLE ${table} DROP COLUMN ${dialect.quote(name)}`),
  };
};

export const dropColumn: Change = (change, dialect) => {
  const table = tableOf(change, dialect);
  const one = change.text('columnName');
  const names = [
    ...(one === null ? [] : [one]),
    ...change.children('column').map((column) => {
      const name = column.required('name');
      column.close();
      return name;
    }),
  ];
  if (names.length === 0) change.refuse('dropColumn without a column', 'the attribute columnName');
  return { up: names.map((name) => `ALTER TABLE ${table} DROP COLUMN ${dialect.quote(name)}`), down: null };
};

export const renameColumn: Change = (change, dialect) => {
  const table = tableOf(change, dialect);
  const [from, to] = [change.required('oldColumnName'), change.required('newColumnName')].map((name) =>
    dialect.quote(name),
  );
  change.passOver('columnDataType');
  return {
    up: [`ALTER TABLE ${table} RENAME COLUMN ${from} TO ${to}`],
    down: [`ALTER TABLE ${table} RENAME COLUMN ${to} TO ${from}`],
  };
};

export const modifyDataType: Change = (change, dialect) => {
  const table = tableOf(change, dialect);
  const column = dialect.quote(change.required('columnName'));
  const type = dialect.type(change.required('newDataType'));
  const alteration = dialect.modifiesWholeColumns
    ? `MODIFY ${column} ${type}`
    : `ALTER COLUMN ${column} TYPE ${type} USING (${column}::${type})`;
  return { up: [`ALTER TABLE ${table} ${alteration}`], down: null };
};

export const addDefaultValue: Change = (change, dialect) => {
  const table = tableOf(change, dialect);
  const column = dialect.quote(change.required('columnName'));
  const by = defaultOf(change, dialect);
  change.passOver('columnDataType');
  if (by === null) change.refuse('addDefaultValue without a value', 'the attribute defaultValue');
  return {
    up: [`ALTER TABLE ${table} ALTER COLUMN ${column} SET DEFAULT ${by}`],
    down: [`ALTER TABLE ${table} ALTER COLUMN ${column} DROP DEFAULT`],
  };
};

export const addNotNullConstraint: Change = (change, dialect) => {
  const table = tableOf(change, dialect);
  const name = change.required('columnName');
  const column = dialect.quote(name);
  const type = change.text('columnDataType');
  const filler = change.text('defaultNullValue');
  if (change.text('constraintName') !== null) {
    change.refuse('a named NOT NULL constraint', 'the change in SQL, or no constraintName');
  }
  if (dialect.modifiesWholeColumns && type === null) {
    change.refuse(
      `the type of ${name} is not said, and this engine needs it`,
      'the attribute columnDataType',
    );
  }
  const filled =
    filler === null
      ? []
      : [`UPDATE ${table} SET ${column} = ${dialect.literal(filler)} WHERE ${column} IS NULL`];
  const whole = `ALTER TABLE ${table} MODIFY ${column} ${dialect.type(type ?? '')}`;
  const [set, drop] = dialect.modifiesWholeColumns
    ? [`${whole} NOT NULL`, `${whole} NULL`]
    : ['SET', 'DROP'].map((verb) => `ALTER TABLE ${table} ALTER COLUMN ${column} ${verb} NOT NULL`);
  return { up: [...filled, set ?? ''], down: [drop ?? ''] };
};

export const dropNotNullConstraint: Change = (change, dialect) => {
  const { up, down } = addNotNullConstraint(change, dialect);
  return { up: down ?? [], down: up };
};
