import type { Replacement, WrittenAction } from './actions.ts';

/**
 * ADD FOREIGN KEY → the same in place, which servers do only while they do not check it: rows that are there are
 * checked by queries before and after, new ones by the constraint itself, which other sessions keep to.
 */
export function foreignKey({ action, text, prefix, table, rules }: WrittenAction): Replacement | null {
  if (action.does !== 'add-foreign-key' || !rules.has('blocks-writers')) return null;
  const { columns, references } = action;
  if (references.columns.length !== columns.length) return null;
  const orphans = {
    no_orphans: { table, columns, references: { table: references.table, columns: references.columns } },
  };
  return {
    statements: [
      'SET foreign_key_checks = 0',
      `${prefix} ${text}, ALGORITHM=INPLACE, LOCK=NONE`,
      'SET foreign_key_checks = 1',
    ],
    later: { checks: { before: [orphans], after: [orphans] }, contract: [] },
    why: 'the foreign key is added in place while its table is read and written; rows are checked before and after',
  };
}
