import type { Asked } from '../asked.ts';
import type { Dialect } from '../dialect.ts';
import { type Change, listOf, tableOf } from './change.ts';

export const createIndex: Change = (change, dialect) => {
  const name = change.required('indexName');
  const table = tableOf(change, dialect);
  const columns = change.children('column').map((column) => {
    const written = column.required('name');
    const order = column.flag('descending') ? ' DESC' : '';
    const isExpression = column.flag('computed') || /\W/.test(written);
    // Liquibase has nothing to say of a column's type in an index, and lets people say it.
    column.passOver('type');
    column.close();
    return `${isExpression ? written : dialect.quote(written)}${order}`;
  });
  if (columns.length === 0) change.refuse('createIndex without a column', 'at least one column');
  const unique = change.flag('unique') ? 'UNIQUE ' : '';
  change.passOver('associatedWith');
  return {
    up: [`CREATE ${unique}INDEX ${dialect.quote(name)} ON ${table} (${columns.join(', ')})`],
    down: [dropped(change, name, table, dialect)],
  };
};

export const dropIndex: Change = (change, dialect) => {
  const name = change.required('indexName');
  const table = dialect.dropIndexNamesTable ? tableOf(change, dialect) : '';
  change.passOver('tableName', 'associatedWith');
  return { up: [dropped(change, name, table, dialect)], down: null };
};

function dropped(change: Asked, name: string, table: string, dialect: Dialect): string {
  const schema = change.text('schemaName');
  if (dialect.dropIndexNamesTable) return `DROP INDEX ${dialect.quote(name)} ON ${table}`;
  return `DROP INDEX ${schema === null ? '' : `${dialect.quote(schema)}.`}${dialect.quote(name)}`;
}

/** A constraint on columns, with the way back that drops it by its name. */
const constraint =
  (kind: 'UNIQUE' | 'PRIMARY KEY'): Change =>
  (change, dialect) => {
    const table = tableOf(change, dialect);
    const columns = listOf(change.list('columnNames'), dialect);
    if (columns === '') change.refuse(`${change.node.name} without columns`, 'the attribute columnNames');
    const name = change.text('constraintName');
    const named = name === null ? '' : `CONSTRAINT ${dialect.quote(name)} `;
    return {
      up: [`ALTER TABLE ${table} ADD ${named}${kind} (${columns})`],
      down: name === null ? null : [`ALTER TABLE ${table} DROP CONSTRAINT ${dialect.quote(name)}`],
    };
  };

export const addUniqueConstraint = constraint('UNIQUE');
export const addPrimaryKey = constraint('PRIMARY KEY');

export const dropConstraint: Change = (change, dialect) => {
  const table = tableOf(change, dialect, change.node.name === 'dropForeignKeyConstraint' ? 'base' : '');
  change.passOver('uniqueColumns');
  return {
    up: [`ALTER TABLE ${table} DROP CONSTRAINT ${dialect.quote(change.required('constraintName'))}`],
    down: null,
  };
};

export const addForeignKeyConstraint: Change = (change, dialect) => {
  const table = tableOf(change, dialect, 'base');
  const other = tableOf(change, dialect, 'referenced');
  const name = dialect.quote(change.required('constraintName'));
  const [columns, others] = ['baseColumnNames', 'referencedColumnNames'].map((attribute) =>
    listOf(change.list(attribute), dialect),
  );
  const rules = [
    rule('DELETE', change.text('onDelete') ?? (change.flag('deleteCascade') ? 'CASCADE' : null)),
    rule('UPDATE', change.text('onUpdate')),
    change.flag('deferrable') ? ' DEFERRABLE' : '',
    change.flag('initiallyDeferred') ? ' INITIALLY DEFERRED' : '',
  ].join('');
  change.passOver('validate', 'referencesUniqueColumn');
  if (change.text('validate') === 'false') {
    change.refuse('a foreign key that is not validated', 'the change in SQL, with NOT VALID');
  }
  return {
    up: [
      `ALTER TABLE ${table} ADD CONSTRAINT ${name} FOREIGN KEY (${columns}) REFERENCES ${other} (${others})${rules}`,
    ],
    down: [`ALTER TABLE ${table} DROP CONSTRAINT ${name}`],
  };
};

const rule = (event: string, action: string | null): string =>
  action === null ? '' : ` ON ${event} ${action.toUpperCase()}`;
