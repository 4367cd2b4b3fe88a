import type { Obstacle } from '../../../app/ports/replacement.ts';
import type { KeyColumn } from '../../../core/plan/plan.ts';
import { quoteIdentifier } from '../quote.ts';
import type { Column, Shape } from './shape.ts';

/** A column that is written, and the expression over a row of the other table that gives its value. */
export interface Filled extends Pick<Column, 'name' | 'type' | 'alwaysIdentity'> {
  readonly from: string;
}

/** One direction: how a row of one table becomes a row of the other. */
export interface Mapping {
  readonly columns: readonly Filled[];
  /** Columns of the target that hold the key, in the key's order. */
  readonly key: readonly string[];
}

export type Mapped =
  | { readonly ok: true; readonly up: Mapping; readonly down: Mapping }
  | { readonly ok: false; readonly obstacles: readonly Obstacle[] };

/** Which value goes where, both ways: what the author says, else the column of the same name. */
export function mapColumns(
  before: Shape,
  after: Shape,
  key: readonly KeyColumn[],
  {
    up,
    down,
  }: { readonly up: Readonly<Record<string, string>>; readonly down: Readonly<Record<string, string>> },
): Mapped {
  const forth = fill(after, before, { said: up, reverse: down }, 'up');
  const back = fill(before, after, { said: down, reverse: up }, 'down');
  const keys = key.map(({ name }) => keyPlace(name, before, after, forth.columns));
  const obstacles = [
    ...forth.obstacles,
    ...back.obstacles,
    ...keys.flatMap((place) => ('column' in place ? [] : [place])),
  ];
  if (obstacles.length > 0) return { ok: false, obstacles };
  return {
    ok: true,
    up: { columns: forth.columns, key: keys.flatMap((place) => ('column' in place ? [place.column] : [])) },
    down: { columns: back.columns, key: key.map(({ name }) => name) },
  };
}

function fill(
  target: Shape,
  source: Shape,
  { said, reverse }: Readonly<Record<'said' | 'reverse', Readonly<Record<string, string>>>>,
  way: 'up' | 'down',
): { readonly columns: readonly Filled[]; readonly obstacles: readonly Obstacle[] } {
  const which = way === 'up' ? 'new' : 'old';
  const obstacles: Obstacle[] = [];
  for (const name of Object.keys(said)) {
    const column = target.columns.find((candidate) => candidate.name === name);
    if (column !== undefined && !column.generated) continue;
    obstacles.push({
      at: [way, name],
      message:
        column === undefined
          ? `the ${which} table has no column ${name}`
          : `the server computes ${name} of the ${which} table itself`,
      expected: `one of ${target.columns.flatMap((each) => (each.generated ? [] : [each.name])).join(', ')}`,
    });
  }
  const columns: Filled[] = [];
  for (const column of target.columns) {
    if (column.generated) continue;
    const { name, type, alwaysIdentity } = column;
    // Where one way a column is taken over as it is, the other way it goes back.
    const renamed = Object.entries(reverse).find(([, expression]) => isColumn(expression, name))?.[0];
    const other = source.columns.find((candidate) => candidate.name === (renamed ?? name));
    const from = said[name] ?? (other === undefined ? null : quoteIdentifier(other.name));
    if (from !== null) columns.push({ name, type, alwaysIdentity, from });
    else if (column.notNull && !column.filled)
      obstacles.push({
        at: [way],
        message: `column ${name} of the ${which} table may not be null, and nothing says what fills it`,
        expected: `${way}: { ${name}: an expression over the other table's row }`,
      });
  }
  return { columns, obstacles };
}

/** The column of the new table that holds a key column of the old one as it is. */
function keyPlace(
  name: string,
  before: Shape,
  after: Shape,
  filled: readonly Filled[],
): { readonly column: string } | Obstacle {
  const found = filled.find(({ from }) => isColumn(from, name));
  const old = before.columns.find((column) => column.name === name);
  const now = after.columns.find((column) => column.name === found?.name);
  if (old === undefined || now === undefined)
    return {
      at: ['key'],
      message: `key column ${name} is not carried as it is, so that a row could not be found in the new table`,
      expected: `a column of the new table that \`up\` fills with ${name}, or another key`,
    };
  if (!keepsOrder(old, now))
    return {
      at: ['key'],
      message: `key column ${name} changes from ${old.type} to ${now.type}, which may order or equate keys differently`,
      expected: 'the same type and collation, a wider integer, or another key',
    };
  return { column: now.name };
}

const isColumn = (expression: string, name: string): boolean =>
  expression.trim() === name || expression.trim() === quoteIdentifier(name);

const integers = ['smallint', 'integer', 'bigint'];
const bare = (type: string): string => type.replace(/^character varying(\(\d+\))?$/, 'text');

function keepsOrder(old: Column, now: Column): boolean {
  if (old.collation !== now.collation) return false;
  const widened = integers.includes(old.type) && integers.indexOf(now.type) >= integers.indexOf(old.type);
  return widened || bare(old.type) === bare(now.type);
}
