import { hasWords } from '../cursor.ts';
import { definitionOf } from '../definition.ts';
import type { Look } from './look.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'cascading-delete',
  severity: 'note',
  title: 'A DELETE takes rows of other tables with it',
  versions: 'all',
});

export const look: Look = ({ statements }) =>
  statements.flatMap((tokens) => {
    const made = definitionOf(tokens);
    return (made?.constraints ?? [])
      .filter(({ kind, body }) => kind === 'foreign' && hasWords(body, 'ON', 'DELETE', 'CASCADE'))
      .map(() =>
        rule.finding(
          `deleting what ${made?.table} refers to deletes rows of ${made?.table} as well, all of them in the same transaction`,
          'If that is meant, leave it; otherwise delete them by the application, in batches.',
        ),
      );
  });
