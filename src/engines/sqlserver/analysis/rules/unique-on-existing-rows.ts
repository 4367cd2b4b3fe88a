import { type DefinedConstraint, definitionOf, indexOf } from '../definition.ts';
import type { Token } from '../lexer.ts';
import type { Look } from './look.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'unique-on-existing-rows',
  severity: 'note',
  title: 'A unique key fails at the first duplicate, and takes NULL once only',
  versions: 'all',
});

export const look: Look = ({ statements, memory }) =>
  statements.flatMap((tokens) =>
    uniquesIn(tokens)
      .filter(({ table }) => !memory.isNew(table))
      .map(({ table, columns }) =>
        rule.finding(
          `the build fails at the first duplicate in (${columns.join(', ')}) of ${table}, after all rows have been read; NULL counts as a value, so that a second row without one is a duplicate`,
          'Look for duplicates first (the check no-duplicates); leave NULL out by a unique index WHERE … IS NOT NULL.',
        ),
      ),
  );

interface Unique {
  readonly table: string;
  readonly columns: readonly string[];
}

/** A filtered index has been thought about; a new column that is unique is its own affair. */
function uniquesIn(tokens: readonly Token[]): readonly Unique[] {
  const index = indexOf(tokens);
  if (index !== null) return index.unique && !index.filtered ? [index] : [];
  const made = definitionOf(tokens);
  if (made?.by !== 'alter-table') return [];
  const isUnique = ({ kind }: DefinedConstraint) => kind === 'unique' || kind === 'primary';
  return made.constraints.filter(isUnique).map(({ columns }) => ({ table: made.table, columns }));
}
