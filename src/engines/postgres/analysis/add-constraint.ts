import type { Effect } from '../../../core/analysis/statement.ts';
import { lockOn } from '../../claim.ts';
import { altered, created } from '../../effects.ts';
import type { ClaimDetails } from './claim.ts';
import { type Constraint, nameChosen } from './constraint-names.ts';
import { columnsProvenNotNull } from './expressions.ts';
import * as found from './findings.ts';
import type { ScriptMemory } from './script-memory.ts';
import type { Action } from './table-action.ts';
import { as, relationName, strings } from './tree.ts';

/** ALTER TABLE … ADD CONSTRAINT. */
export function addConstraint(action: Action): ClaimDetails | null {
  const constraint = as(action.command.def, 'Constraint');
  return constraint === undefined ? null : constraintOn(action, constraint, null);
}

/** A constraint of a table, or of the column it was written at; null for what is no constraint in this sense. */
export function constraintOn(
  action: Action,
  constraint: Constraint,
  column: string | null,
): ClaimDetails | null {
  const describe = constraint.contype === undefined ? undefined : families[constraint.contype];
  if (describe === undefined) return null;
  const { table, memory } = action;
  const name = nameConstraint(table, constraint, column, memory);
  const effects: Effect[] = [
    name === null
      ? altered({ type: 'table', name: table }, 'add a constraint')
      : created({ type: 'constraint', name, table }),
  ];
  const named = name === null ? constraint : { ...constraint, conname: name };
  // NOT NULL at a new column is part of that column: before PostgreSQL 18 it has no name at all.
  const part = constraint.contype === 'CONSTR_NOTNULL' && constraint.conname === undefined && column !== null;
  return { effects: part ? [] : effects, ...describe(action, named, column) };
}

/** The author's name of a constraint, or the one that the server chooses; null where the text does not tell. */
export function nameConstraint(
  table: string,
  constraint: Constraint,
  column: string | null,
  memory: ScriptMemory,
): string | null {
  const taken = (name: string): boolean => memory.isConstraint(table, name);
  const name = constraint.conname ?? nameChosen(table, constraint, column, taken);
  if (name !== null) memory.constraintAdded(table, name);
  return name;
}

type Describe = (action: Action, constraint: Constraint, column: string | null) => ClaimDetails;

const families: Readonly<Record<string, Describe>> = {
  CONSTR_CHECK: check,
  CONSTR_NOTNULL: notNull,
  CONSTR_FOREIGN: foreignKey,
  CONSTR_UNIQUE: (action, constraint) => indexed(action, constraint, 'UNIQUE'),
  CONSTR_PRIMARY: (action, constraint) => indexed(action, constraint, 'PRIMARY KEY'),
  CONSTR_EXCLUSION: (action, constraint) => indexed(action, constraint, 'EXCLUDE'),
};

function check({ table, memory }: Action, constraint: Constraint): ClaimDetails {
  const scans = constraint.skip_validation !== true;
  for (const column of columnsProvenNotNull(constraint.raw_expr)) {
    memory.notNullCheckAdded(table, constraint.conname ?? '', column, scans);
  }
  const locks = lockOn('ACCESS EXCLUSIVE', table);
  if (!scans) return { locks };
  return { locks, long: true, findings: [found.constraintNotNotValid(table, 'check')] };
}

function notNull({ table, memory }: Action, constraint: Constraint, column: string | null): ClaimDetails {
  const locks = lockOn('ACCESS EXCLUSIVE', table);
  // Beside ADD COLUMN there is nothing to scan: the default fills the column, or the statement fails.
  if (column !== null) return { locks };
  const scans = constraint.skip_validation !== true;
  const columns = strings(constraint.keys);
  const proven = columns.every((name) => memory.isProvenNotNull(table, name));
  for (const name of columns) memory.notNullCheckAdded(table, constraint.conname ?? '', name, scans);
  if (!scans || proven) return { locks };
  return { locks, long: true, findings: [found.constraintNotNotValid(table, 'not null')] };
}

function foreignKey({ table, memory }: Action, constraint: Constraint): ClaimDetails {
  memory.parentAdded(table, relationName(constraint.pktable));
  const locks = lockOn('SHARE ROW EXCLUSIVE', table, relationName(constraint.pktable));
  if (constraint.skip_validation === true) return { locks };
  return { locks, long: true, findings: [found.constraintNotNotValid(table, 'foreign key')] };
}

function indexed({ table }: Action, constraint: Constraint, kind: string): ClaimDetails {
  const locks = lockOn('ACCESS EXCLUSIVE', table);
  if (kind === 'EXCLUDE') return { locks, long: true, findings: [found.exclusionBuildsIndex(table)] };
  if (constraint.indexname === undefined) {
    return { locks, long: true, findings: [found.uniqueBuildsIndex(table, kind)] };
  }
  return kind === 'PRIMARY KEY'
    ? { locks, long: true, findings: [found.primaryKeyUsingIndex(table)] }
    : { locks };
}
