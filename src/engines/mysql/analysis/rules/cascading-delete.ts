import { foreignKeysIn } from '../definition.ts';
import type { Look } from './look.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'cascading-delete',
  severity: 'note',
  title: 'A DELETE takes rows of other tables with it, and no trigger hears of them',
  versions: 'all',
});

export const look: Look = ({ definition }) =>
  foreignKeysIn(definition)
    .filter(({ references }) => references.onDelete !== null)
    .map(({ references: { table, onDelete } }) =>
      rule.finding(
        onDelete === 'CASCADE'
          ? `deleting one row of ${table} deletes all rows of ${definition?.table ?? ''} that refer to it, without firing their triggers: what a trigger keeps current is wrong from then on`
          : `deleting one row of ${table} changes all rows of ${definition?.table ?? ''} that refer to it, without firing their triggers: what a trigger keeps current is wrong from then on`,
        'Delete from the referring side first, and compare a copy before it takes the table’s place.',
      ),
    );
