import type { ColumnDefinition } from '../columns.ts';
import { cutAtCommas } from '../cursor.ts';
import { type Token, tokensOf } from '../tokens.ts';
import type { Look } from './look.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'enum-values',
  severity: 'warning',
  title: 'Only values added at the end of an ENUM or SET leave the rows as they are',
  versions: 'all',
  bySize: true,
});

export const look: Look = ({ definition, memory, known }) =>
  (definition?.actions ?? []).flatMap((action) => {
    if (definition === null || action.does !== 'change-column' || !isList(action.column)) return [];
    const { table } = definition;
    if (memory.isNew(table)) return [];
    const what = `${action.from} of ${table}`;
    const before = known.column(table, action.from)?.type;
    if (before === undefined) {
      return [
        rule.finding(
          `unless all former values of ${what} come first, in their order, every row is written anew while nobody can write to it, and rows with a missing value make it fail`,
          'Add new values at the end; leave old ones where they are until no row has them.',
          { severity: 'note' },
        ),
      ];
    }
    const problem = changeOf(before, action.column);
    return problem === null
      ? []
      : [
          rule.finding(
            `${what}: ${problem}, so that every row is written anew while nobody can write to ${table}`,
            'Add new values at the end; leave old ones where they are until no row has them.',
            { table },
          ),
        ];
  });

const isList = ({ type }: ColumnDefinition): boolean => type === 'ENUM' || type === 'SET';

const valuesIn = (tokens: readonly Token[]): readonly string[] =>
  cutAtCommas(tokens).map(([value]) => value?.value ?? '');

/** Whether the server changes a list in the catalogue alone: the same kind, with values added at its end. */
export const onlyAddsValues = (before: string | undefined, column: ColumnDefinition): boolean =>
  before !== undefined &&
  isList(column) &&
  tokensOf(before)[0]?.value === column.type &&
  changeOf(before, column) === null;

/** What the new list does to the old one that is more than adding at its end; null where it is not. */
function changeOf(before: string, { type, width }: ColumnDefinition): string | null {
  const [word, , ...rest] = tokensOf(before);
  if (word?.value !== type) return null;
  const old = valuesIn(
    rest.slice(
      0,
      rest.findIndex(({ raw }) => raw === ')'),
    ),
  );
  const values = valuesIn(width);
  const missing = old.filter((value) => !values.includes(value));
  if (missing.length > 0) return `the value ${missing[0]} is missing, and a row that has it makes it fail`;
  if (old.some((value, index) => values[index] !== value)) return 'the old values change their places';
  return sizeOf(type, old.length) === sizeOf(type, values.length)
    ? null
    : `${values.length} values take more room than ${old.length}`;
}

/** Bytes of a stored value (manual, "Data Type Storage Requirements"). */
function sizeOf(type: string, values: number): number {
  if (type === 'ENUM') return values <= 255 ? 1 : 2;
  const bytes = Math.ceil(values / 8);
  return bytes > 4 ? 8 : bytes;
}
