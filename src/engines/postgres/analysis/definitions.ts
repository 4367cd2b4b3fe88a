import type { Constraint } from './constraint-names.ts';
import type { Node } from './parser.ts';
import { all, as, type find, relationName, strings } from './tree.ts';

type ColumnDef = ReturnType<typeof find<'ColumnDef'>>[number];

/** A column that a statement defines. */
export interface DefinedColumn {
  readonly table: string;
  readonly definition: ColumnDef;
  /** Of CREATE TABLE, so that there are no rows. */
  readonly inNewTable: boolean;
}

/** A constraint that a statement defines, with the columns it names. */
export interface DefinedConstraint {
  readonly table: string;
  readonly constraint: Constraint;
  /** Those it stands at, or those it lists; for a foreign key the referring ones. */
  readonly columns: readonly string[];
  readonly inNewTable: boolean;
}

/** The columns of CREATE TABLE and of ADD COLUMN. */
export function columnsDefined(node: Node): readonly DefinedColumn[] {
  return [...elements(node)].flatMap(({ table, element, inNewTable }) => {
    const definition = as(element, 'ColumnDef');
    return definition === undefined ? [] : [{ table, definition, inNewTable }];
  });
}

/** The constraints of CREATE TABLE, ADD COLUMN and ADD CONSTRAINT. */
export function constraintsDefined(node: Node): readonly DefinedConstraint[] {
  return [...elements(node)].flatMap(({ table, element, inNewTable }) => {
    const own = as(element, 'Constraint');
    if (own !== undefined) {
      const columns = strings(own.contype === 'CONSTR_FOREIGN' ? own.fk_attrs : own.keys);
      return [{ table, constraint: own, columns, inNewTable }];
    }
    const definition = as(element, 'ColumnDef');
    return all(definition?.constraints, 'Constraint').map((constraint) => ({
      table,
      constraint,
      columns: [definition?.colname ?? ''],
      inNewTable,
    }));
  });
}

/** The actions of an ALTER TABLE of one kind, e.g. `AT_DropNotNull`. */
export function actionsOf(node: Node, subtype: string) {
  const statement = as(node, 'AlterTableStmt');
  return all(statement?.cmds, 'AlterTableCmd')
    .filter((command) => command.subtype === subtype)
    .map((command) => ({ table: relationName(statement?.relation), command }));
}

function* elements(node: Node): Generator<{ table: string; element: Node; inNewTable: boolean }> {
  const create = as(node, 'CreateStmt');
  for (const element of create?.tableElts ?? []) {
    yield { table: relationName(create?.relation), element, inNewTable: true };
  }
  for (const subtype of ['AT_AddColumn', 'AT_AddConstraint']) {
    for (const { table, command } of actionsOf(node, subtype)) {
      if (command.def !== undefined) yield { table, element: command.def, inNewTable: false };
    }
  }
}
