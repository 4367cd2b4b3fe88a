import type { SchemaObject } from '../../../core/analysis/statement.ts';
import type { Alteration, DownKnowledge } from '../../../core/down/undoing.ts';
import { actionsOf } from '../analysis/definitions.ts';
import type { Node } from '../analysis/parser.ts';
import { as, besideTable, relationName } from '../analysis/tree.ts';
import { literal, quoteIdentifier, quoteTable } from '../quote.ts';

/**
 * What takes an alteration back, as the action that ALTER writes behind the object's name; or why its text does not
 * tell what was there before.
 */
export function inverseOf(
  { object, what }: Alteration,
  node: Node | undefined,
): ReturnType<DownKnowledge['inverse']> {
  const action = (object.type === 'column' ? columnInverses[what] : actions[what]) ?? fromText(node);
  if (action !== null) return { what: action };
  const reason = (object.type === 'column' ? columnReasons[what] : undefined) ?? reasons[what];
  if (reason !== undefined) return { reason: reason(object) };
  return what.startsWith('add value')
    ? { reason: `${what} of type ${object.name}: a value of an enum cannot be dropped; make the type anew` }
    : null;
}

const columnInverses: Readonly<Record<string, string>> = {
  'set not null': 'DROP NOT NULL',
  'drop not null': 'SET NOT NULL',
};

const actions: Readonly<Record<string, string>> = {
  'enable row security': 'DISABLE ROW LEVEL SECURITY',
  'disable row security': 'ENABLE ROW LEVEL SECURITY',
  'force row security': 'NO FORCE ROW LEVEL SECURITY',
  'no force row security': 'FORCE ROW LEVEL SECURITY',
};

const of = ({ name, table }: SchemaObject): string => `${name} of ${table ?? 'its table'}`;

const columnReasons: Readonly<Record<string, (object: SchemaObject) => string>> = {
  'set default': (object) => `the former default of ${of(object)} is not known: write it, or DROP DEFAULT`,
  'drop default': (object) => `the former default of ${of(object)} is not known: write it`,
};

const reasons: Readonly<Record<string, (object: SchemaObject) => string>> = {
  'add an index': ({ name }) => `the server chose the name of the index on ${name}: write its DROP INDEX`,
  'add a constraint': ({ name }) =>
    `the server chose the name of the constraint of ${name}: write its DROP CONSTRAINT`,
  validate: (object) =>
    `${of(object)} is valid now, which does no harm; where it must not be, drop it and add it again as NOT VALID`,
};

/** Statements that hold both ends themselves. */
function fromText(node: Node | undefined): string | null {
  if (node === undefined) return null;
  const value = as(node, 'AlterEnumStmt');
  if (value?.oldVal !== undefined && value.newVal !== undefined)
    return `RENAME VALUE ${literal(value.newVal)} TO ${literal(value.oldVal)}`;
  const renamed = as(node, 'RenameStmt');
  if (renamed?.renameType === 'OBJECT_ATTRIBUTE')
    return `RENAME ATTRIBUTE ${quoteIdentifier(renamed.newname ?? '')} TO ${quoteIdentifier(renamed.subname ?? '')}`;
  const [attached] = actionsOf(node, 'AT_AttachPartition');
  if (attached === undefined) return null;
  const partition = as(attached.command.def, 'PartitionCmd')?.name;
  return `DETACH PARTITION ${quoteTable(relationName(partition))}`;
}

/** An index that a constraint is made from goes with the constraint. */
export function absorbed(node: Node | undefined): readonly SchemaObject[] {
  const statement = as(node, 'AlterTableStmt');
  if (node === undefined || statement === undefined) return [];
  const table = relationName(statement.relation);
  return actionsOf(node, 'AT_AddConstraint').flatMap(({ command }): SchemaObject[] => {
    const index = as(command.def, 'Constraint')?.indexname;
    return index === undefined
      ? []
      : [{ type: 'index', name: besideTable(statement.relation, index), table }];
  });
}
