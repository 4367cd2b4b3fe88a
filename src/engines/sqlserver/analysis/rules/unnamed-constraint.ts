import { type DefinedConstraint, definitionOf } from '../definition.ts';
import { isTemporary } from '../temporary.ts';
import type { Look } from './look.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'unnamed-constraint',
  severity: 'note',
  title: 'A constraint without a name is called otherwise on every server',
  versions: 'all',
});

export const look: Look = ({ statements }) =>
  statements.flatMap((tokens) => {
    const made = definitionOf(tokens);
    if (made === null || isTemporary(made.table)) return [];
    return made.constraints
      .filter(({ name }) => name === null)
      .map(({ kind, columns }) =>
        rule.finding(
          `the server names ${spoken[kind]}${columns.length === 0 ? '' : ` of ${columns.join(', ')}`} by a number of its own, another one in each database: no script can drop it by name, and a column is not dropped before its default`,
          'Write CONSTRAINT and a name before it.',
        ),
      );
  });

const spoken: Readonly<Record<DefinedConstraint['kind'], string>> = {
  primary: 'the primary key',
  unique: 'the unique key',
  foreign: 'the foreign key',
  check: 'the check',
  default: 'the default',
  index: 'the index',
};
