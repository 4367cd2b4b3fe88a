import type { Look } from './look.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'modify-resets',
  severity: 'note',
  title: 'MODIFY and CHANGE reset what they do not repeat',
  versions: 'all',
});

export const look: Look = ({ definition, memory, known }) =>
  (definition?.actions ?? []).flatMap((action) => {
    if (definition === null || action.does !== 'change-column' || memory.isNew(definition.table)) return [];
    const { column, from } = action;
    const what = `${from} of ${definition.table}`;
    const before = known.column(definition.table, from);
    if (before !== null && !before.nullable && column.nullable && !column.primary) {
      return [
        rule.finding(
          `${what} is NOT NULL now and may be NULL afterwards, because the statement does not repeat it; running code does not expect that`,
          'Repeat NOT NULL, or let code that can read NULL go out first.',
          { severity: 'warning' },
        ),
      ];
    }
    // What is written out in full was thought of.
    if (column.saysNull && column.standard !== null) return [];
    return [
      rule.finding(
        `what ${what} has of NOT NULL, DEFAULT, COMMENT, character set and AUTO_INCREMENT, and the statement does not repeat, is gone afterwards`,
        'Take the column as SHOW CREATE TABLE gives it, and change in it what is to be changed.',
      ),
    ];
  });
