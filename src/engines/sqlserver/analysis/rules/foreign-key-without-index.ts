import { sameName } from '../../../../core/analysis/statement.ts';
import { definitionOf, indexOf } from '../definition.ts';
import type { Token } from '../lexer.ts';
import type { LookThrough } from './look.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'foreign-key-without-index',
  severity: 'warning',
  title: 'A foreign key without an index makes every DELETE of a parent read the whole table',
  versions: 'all',
});

/** The server makes no index for the referring columns; one that begins with them may come anywhere in the script. */
export const lookThrough: LookThrough = (script, known) => {
  const statements = script.flatMap((read) => read.statements);
  const indexes = statements.flatMap(indexesOf);
  return script.flatMap((read, at) =>
    read.statements.flatMap(foreignKeysOf).flatMap(({ table, columns }) => {
      const keys = known.table(table)?.keys ?? [];
      const there = [
        ...keys.map((key) => key.columns.map(({ name }) => name)),
        ...indexes.filter((index) => sameTable(index.table, table)).map((index) => index.columns),
      ];
      if (columns.length === 0 || there.some((index) => begins(index, columns))) return [];
      const finding = rule.finding(
        `${table} (${columns.join(', ')}) refers to another table without an index: each DELETE or key change there reads all of ${table}, and locks what it reads`,
        `CREATE INDEX … ON ${table} (${columns.join(', ')}), before the constraint.`,
      );
      return [{ at, finding }];
    }),
  );
};

interface Columns {
  readonly table: string;
  readonly columns: readonly string[];
}

function foreignKeysOf(tokens: readonly Token[]): readonly Columns[] {
  const made = definitionOf(tokens);
  return (made?.constraints ?? [])
    .filter(({ kind }) => kind === 'foreign')
    .map(({ columns }) => ({ table: made?.table ?? '', columns }));
}

/** What a statement makes that can be looked up in the order of its columns. */
function indexesOf(tokens: readonly Token[]): readonly Columns[] {
  const index = indexOf(tokens);
  if (index !== null) return index.filtered ? [] : [index];
  const made = definitionOf(tokens);
  return (made?.constraints ?? [])
    .filter(({ kind }) => kind === 'primary' || kind === 'unique' || kind === 'index')
    .map(({ columns }) => ({ table: made?.table ?? '', columns }));
}

const sameTable = (a: string, b: string): boolean => sameName(a.toLowerCase(), b.toLowerCase());

/** The first columns of the index are these, in whatever order. */
function begins(index: readonly string[], columns: readonly string[]): boolean {
  const first = index.slice(0, columns.length).map((name) => name.toLowerCase());
  return columns.every((column) => first.includes(column.toLowerCase()));
}
