import type { BackfillSpec } from '../../core/manifest/manifest.ts';
import { columnsIn } from './analysis/sources.ts';

type Assignments = BackfillSpec['set'];
type Assignment = readonly [column: string, expression: string];

/**
 * The assignments of a backfill in an order in which none is made before another's expression has read its column: an
 * UPDATE of MySQL's, like a trigger, reads what it has already set. Those that read each other come last, as they are
 * written.
 */
export function inOrder(set: Assignments, table: string): readonly Assignment[] {
  const { ordered, circle } = sort(set, table);
  return [...ordered, ...circle];
}

/** No order computes values that read each other's columns from the row as it was. */
export async function assignmentProblem(set: Assignments, table: string): Promise<string | null> {
  const columns = sort(set, table).circle.map(([column]) => column);
  if (columns.length === 0) return null;
  return `the values of ${columns.join(' and ')} are computed from each other, and this engine would read what it has just set`;
}

function sort(set: Assignments, table: string) {
  let circle: readonly Assignment[] = Object.entries(set);
  const ordered: Assignment[] = [];
  for (;;) {
    const free = circle.find(
      ([column]) => !circle.some((other) => other[0] !== column && reads(other, column, table)),
    );
    if (free === undefined) return { ordered, circle };
    ordered.push(free);
    circle = circle.filter((one) => one !== free);
  }
}

const reads = ([, expression]: Assignment, column: string, table: string): boolean =>
  (columnsIn(expression, table) ?? []).some(
    (mention) => mention.column.toLowerCase() === column.toLowerCase(),
  );
