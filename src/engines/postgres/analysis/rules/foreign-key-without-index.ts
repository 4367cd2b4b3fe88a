import { defineRule } from '../../../../core/analysis/rule.ts';
import { constraintsDefined } from '../definitions.ts';
import type { Known } from '../known.ts';
import { all, as, relationName } from '../tree.ts';
import type { LookThrough, Read } from './look.ts';

export const rule = defineRule({
  id: 'foreign-key-without-index',
  severity: 'warning',
  title: 'A foreign key without an index makes every DELETE of a parent read the whole table',
  versions: 'all',
});

/** The server makes no index for the referring columns; one that begins with them may come anywhere in the script. */
export const lookThrough: LookThrough = (script, known) =>
  script.flatMap(({ node }, at) =>
    constraintsDefined(node)
      .filter(({ constraint }) => constraint.contype === 'CONSTR_FOREIGN')
      .filter(({ table, columns }) => !isIndexed(table, columns, script, known))
      .map(({ table, columns, constraint }) => ({
        at,
        finding: rule.finding(
          `${table} (${columns.join(', ')}) refers to ${relationName(constraint.pktable)} without an index: each DELETE or key change there reads all of ${table}`,
          `CREATE INDEX CONCURRENTLY … ON ${table} (${columns.join(', ')}), before the constraint.`,
        ),
      })),
  );

function isIndexed(
  table: string,
  columns: readonly string[],
  script: readonly Read[],
  known: Known,
): boolean {
  const keys = (known.table(table)?.keys ?? []).map((key) => key.columns.map(({ name }) => name));
  return [...keys, ...script.flatMap(({ node }) => indexesOf(node, table))].some((index) =>
    begins(index, columns),
  );
}

/** The columns of every index that a statement makes on a table, in their order. */
function indexesOf(node: Read['node'], table: string): readonly (readonly string[])[] {
  const index = as(node, 'IndexStmt');
  if (index !== undefined) {
    const partial = index.whereClause !== undefined;
    const columns = all(index.indexParams, 'IndexElem').map(({ name }) => name ?? '');
    return relationName(index.relation) === table && !partial ? [columns] : [];
  }
  return constraintsDefined(node)
    .filter((one) => one.table === table && keyed.has(one.constraint.contype ?? ''))
    .map((one) => one.columns);
}

const keyed: ReadonlySet<string> = new Set(['CONSTR_PRIMARY', 'CONSTR_UNIQUE']);

/** The first columns of the index are these, in whatever order. */
const begins = (index: readonly string[], columns: readonly string[]): boolean =>
  columns.every((column) => index.slice(0, columns.length).includes(column));
