import { hasWords } from '../cursor.ts';
import { definitionOf } from '../definition.ts';
import { isTemporary } from '../temporary.ts';
import type { Look } from './look.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'small-integer-key',
  severity: 'warning',
  title: 'A key of 32 bits or fewer runs out',
  versions: 'all',
});

export const look: Look = ({ statements }) =>
  statements.flatMap((tokens) => {
    const made = definitionOf(tokens);
    if (made?.by !== 'create-table' || isTemporary(made.table)) return [];
    return made.columns
      .filter(({ type, body }) => small.has(type) && hasWords(body, 'IDENTITY'))
      .map(({ name, type }) =>
        rule.finding(
          `${name} of ${made.table} counts in ${type.toLowerCase()}: at its end every INSERT fails, and another type writes the table and all that refers to it anew`,
          'Say bigint.',
        ),
      );
  });

const small: ReadonlySet<string> = new Set(['INT', 'INTEGER', 'SMALLINT', 'TINYINT']);
