import { as, strings } from '../analysis/tree.ts';
import { type Replacement, type UnsafeAction, written } from './unsafe.ts';

/** ADD UNIQUE → an index built concurrently, which then becomes the constraint. */
export function uniqueIndex(action: UnsafeAction): Replacement | null {
  const { command, prefix, relation, rules, constraints, parser } = action;
  const constraint = as(command.def, 'Constraint');
  if (command.subtype !== 'AT_AddConstraint' || constraint?.contype !== 'CONSTR_UNIQUE') return null;
  if (!rules.has('unique-constraint-builds-index') || constraint.indexname !== undefined) return null;
  // Its storage is the author's to say, and periods have no index that could be given.
  if (constraint.options !== undefined || constraint.indexspace !== undefined) return null;
  if (constraint.without_overlaps === true || /^alter table if exists/i.test(prefix)) return null;
  const name = constraint.conname ?? (constraints.length === 1 ? constraints[0] : undefined);
  if (name === undefined) return null;
  const list = (columns: readonly string[]): string =>
    `(${columns.map((column) => written(parser, column)).join(', ')})`;
  const including = strings(constraint.including);
  const index = [
    `CREATE UNIQUE INDEX CONCURRENTLY ${written(parser, name)} ON ${relation} ${list(strings(constraint.keys))}`,
    ...(including.length === 0 ? [] : [`INCLUDE ${list(including)}`]),
    ...(constraint.nulls_not_distinct === true ? ['NULLS NOT DISTINCT'] : []),
  ];
  const deferrable = constraint.deferrable === true ? ' DEFERRABLE' : '';
  const deferred = constraint.initdeferred === true ? ' INITIALLY DEFERRED' : '';
  const shown = written(parser, name);
  return {
    statements: [
      index.join(' '),
      `${prefix} ADD CONSTRAINT ${shown} UNIQUE USING INDEX ${shown}${deferrable}${deferred}`,
    ],
    why: 'the index is built while the table is read and written; making it the constraint takes a moment',
  };
}
