import { keysIn, newColumnsIn } from '../definition.ts';
import type { Look } from './look.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'unique-on-existing-rows',
  severity: 'note',
  title: 'A unique key fails at the first duplicate, after all rows have been read',
  versions: 'all',
});

export const look: Look = ({ definition, memory }) => {
  if (definition === null || definition.by === 'create-table' || memory.isNew(definition.table)) return [];
  const { table } = definition;
  const added = new Set(newColumnsIn(definition).map(({ name }) => name));
  const isEmpty = (column: string) => added.has(column) || memory.isNewColumn(table, column);
  return keysIn(definition)
    .filter(({ kind, columns }) => kind === 'unique' && !columns.some(isEmpty))
    .map(({ columns }) =>
      rule.finding(
        `two rows of ${table} with one value of (${columns.join(', ')}) make it fail, and until then it takes as long as the table is large`,
        `Let the manifest look first: checks: before: unique: { table: ${table}, columns: [${columns.join(', ')}] }.`,
      ),
    );
};
