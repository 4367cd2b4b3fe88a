import type { ColumnDefinition } from '../columns.ts';
import { copyOf } from '../copies.ts';
import { newColumnsIn, sameWord } from '../definition.ts';
import type { LookThrough } from './look.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'copy-resets-time',
  severity: 'warning',
  title: 'Copied rows are as old as the copy',
  versions: 'all',
});

/** Into a table that the script makes, without the columns that are then given the time of the copy. */
export const lookThrough: LookThrough = (script) =>
  script.flatMap(({ tokens }, at) => {
    const copy = copyOf(tokens);
    const columns = copy?.columns ?? null;
    if (copy === null || columns === null) return [];
    return script
      .slice(0, at)
      .flatMap(({ definition }) => (definition?.table === copy.into ? newColumnsIn(definition) : []))
      .filter(({ name }) => !columns.some((column) => sameWord(column, name)))
      .filter(isNow)
      .map(({ name }) => ({
        at,
        finding: rule.finding(
          `the copy leaves out ${name} of ${copy.into}, so that every row of ${copy.from.join(', ')} is said to be made while it is copied`,
          `Copy ${name} as well, or set it to what is known of the old rows.`,
        ),
      }));
  });

const isNow = ({ standard, generated }: ColumnDefinition): boolean =>
  generated === null && standard?.[0]?.kind === 'word' && now.has(standard[0].value);

const now: ReadonlySet<string> = new Set([
  'CURRENT_TIMESTAMP',
  'NOW',
  'LOCALTIME',
  'LOCALTIMESTAMP',
  'CURRENT_DATE',
  'CURDATE',
]);
