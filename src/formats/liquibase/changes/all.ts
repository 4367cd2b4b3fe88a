import type { Change } from './change.ts';
import * as columns from './columns.ts';
import * as indexes from './indexes.ts';
import * as tables from './tables.ts';

/** Structured changes by the name of their element. `sql` and `sqlFile` are texts, and are taken as they are. */
export const changes: ReadonlyMap<string, Change> = new Map([
  ['createTable', tables.createTable],
  ['dropTable', tables.dropTable],
  ['renameTable', tables.renameTable],
  ['insert', tables.insert],
  ['addColumn', columns.addColumn],
  ['dropColumn', columns.dropColumn],
  ['renameColumn', columns.renameColumn],
  ['modifyDataType', columns.modifyDataType],
  ['addDefaultValue', columns.addDefaultValue],
  ['addNotNullConstraint', columns.addNotNullConstraint],
  ['dropNotNullConstraint', columns.dropNotNullConstraint],
  ['createIndex', indexes.createIndex],
  ['dropIndex', indexes.dropIndex],
  ['addUniqueConstraint', indexes.addUniqueConstraint],
  ['dropUniqueConstraint', indexes.dropConstraint],
  ['addPrimaryKey', indexes.addPrimaryKey],
  ['dropPrimaryKey', indexes.dropConstraint],
  ['addForeignKeyConstraint', indexes.addForeignKeyConstraint],
  ['dropForeignKeyConstraint', indexes.dropConstraint],
]);
