import { foreignKeysIn, keysIn, sameWord } from '../definition.ts';
import type { Known } from '../known.ts';
import type { LookThrough, Read } from './look.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'foreign-key-parent',
  severity: 'warning',
  title: 'A foreign key refers to columns that are no key',
  versions: 'all; MySQL 8.4 refuses it by default',
});

/** Only where the table referred to is known: made by the script, or read from the database. */
export const lookThrough: LookThrough = (script, known) =>
  script.flatMap(({ definition }, at) =>
    foreignKeysIn(definition).flatMap(({ columns, references }) => {
      const keys = keysOf(references.table, script, known);
      if (keys === null || references.columns.length === 0) return [];
      if (keys.some((key) => isSame(key, references.columns))) return [];
      const finding = rule.finding(
        `(${columns.join(', ')}) refers to (${references.columns.join(', ')}) of ${references.table}, which no unique key of it is made of: one row may belong to several, and MySQL 8.4 refuses it`,
        `Refer to the primary key of ${references.table}, or give it a unique key on these columns first.`,
      );
      return [{ at, finding }];
    }),
  );

/** Null where it is not known which keys there are. */
function keysOf(table: string, script: readonly Read[], known: Known): readonly (readonly string[])[] | null {
  const facts = known.table(table);
  const here = script.filter(({ definition }) => definition?.table === table);
  if (facts === null && !here.some(({ definition }) => definition?.by === 'create-table')) return null;
  return [
    ...(facts?.keys ?? []).map(({ columns }) => columns.map(({ name }) => name)),
    ...here.flatMap(({ definition }) =>
      keysIn(definition).flatMap(({ kind, columns }) => (kind === 'index' ? [] : [columns])),
    ),
  ];
}

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((one) => b.some((other) => sameWord(one, other)));
