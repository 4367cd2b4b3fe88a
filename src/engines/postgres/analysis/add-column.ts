import type { Effect, Finding } from '../../../core/analysis/statement.ts';
import { lockOn } from '../../claim.ts';
import { constraintOn } from './add-constraint.ts';
import type { ClaimDetails } from './claim.ts';
import { isNull, volatileFunctionsIn } from './expressions.ts';
import * as found from './findings.ts';
import type { Action } from './table-action.ts';
import { all, as } from './tree.ts';
import { isSerial } from './types.ts';

/** ADD COLUMN: instant, unless each existing row needs a value of its own or a constraint needs a scan. */
export function addColumn(action: Action): ClaimDetails | null {
  const definition = as(action.command.def, 'ColumnDef');
  if (definition === undefined) return null;
  const { table } = action;
  const column = definition.colname ?? '';
  const constraints = all(definition.constraints, 'Constraint');
  const of = (type: string) => constraints.find((constraint) => constraint.contype === type);

  const expression = of('CONSTR_DEFAULT')?.raw_expr;
  const hasDefault = expression !== undefined && !isNull(expression);
  const generated = of('CONSTR_GENERATED');
  const computedBy = isSerial(definition.typeName)
    ? 'its sequence'
    : of('CONSTR_IDENTITY') !== undefined
      ? 'its identity sequence'
      : generated?.generated_kind === 's'
        ? 'a stored generated column'
        : null;
  if (!action.command.missing_ok) action.memory.columnAdded(table, column);
  // Before PostgreSQL 11 every default is written into every row.
  const isOld = (action.memory.known.version?.major ?? 11) < 11;
  const unsteady =
    isOld && hasDefault ? ['the server is older than PostgreSQL 11'] : volatileFunctionsIn(expression);

  const findings: Finding[] = [];
  if (computedBy !== null) findings.push(found.computedColumn(table, column, computedBy));
  else if (unsteady.length > 0) findings.push(found.volatileDefault(table, column, unsteady));
  else if (hasDefault) findings.push(found.addColumnWithDefault(column));
  const filled = hasDefault || computedBy !== null || generated !== undefined;
  const mandatory = of('CONSTR_NOTNULL') !== undefined || of('CONSTR_PRIMARY') !== undefined;
  if (mandatory && !filled) findings.push(found.notNullWithoutDefault(table, column));

  const own: Effect = {
    does: 'create',
    object: { type: 'column', name: column, table },
    withDefault: filled,
  };
  const inline = constraints.flatMap((constraint) => {
    const details = constraintOn(action, constraint, column);
    if (details === null) return [];
    // A foreign key on a column that is null throughout has nothing to check, and the server knows it.
    const vacuous = constraint.contype === 'CONSTR_FOREIGN' && !filled;
    return [vacuous ? { ...details, long: false, findings: [] } : details];
  });
  return {
    long: computedBy !== null || unsteady.length > 0 || inline.some((details) => details.long ?? false),
    locks: [...lockOn('ACCESS EXCLUSIVE', table), ...inline.flatMap((details) => details.locks ?? [])],
    effects: [
      filled ? own : { does: 'create', object: own.object },
      ...inline.flatMap((details) => details.effects ?? []),
    ],
    findings: [...findings, ...inline.flatMap((details) => details.findings ?? [])],
  };
}
