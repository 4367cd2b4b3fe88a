import { as } from '../analysis/tree.ts';
import { type Replacement, type UnsafeAction, written } from './unsafe.ts';

const kinds: ReadonlySet<string> = new Set(['CONSTR_FOREIGN', 'CONSTR_CHECK', 'CONSTR_NOTNULL']);

/** ADD FOREIGN KEY, ADD CHECK → NOT VALID, which reads no row, then VALIDATE, which holds up nobody. */
export function notValid(action: UnsafeAction): Replacement | null {
  const { command, text, prefix, rules, constraints, parser } = action;
  const constraint = as(command.def, 'Constraint');
  if (command.subtype !== 'AT_AddConstraint' || !kinds.has(constraint?.contype ?? '')) return null;
  if (!rules.has('constraint-not-not-valid') || constraint?.skip_validation === true) return null;
  // A constraint that the author has left without a name is told from others of the statement by being alone.
  const name = constraint?.conname ?? (constraints.length === 1 ? constraints[0] : undefined);
  if (name === undefined) return null;
  return {
    statements: [`${prefix} ${text} NOT VALID`, `${prefix} VALIDATE CONSTRAINT ${written(parser, name)}`],
    why: 'new rows are checked at once, and those that are there while the table is read and written',
  };
}
