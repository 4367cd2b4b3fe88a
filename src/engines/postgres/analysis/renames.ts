import type { SchemaObject } from '../../../core/analysis/statement.ts';
import { type Claim, lockOn } from '../../claim.ts';
import { renamed } from '../../effects.ts';
import { joinName, splitName } from '../quote.ts';
import { claim } from './claim.ts';
import * as found from './findings.ts';
import { kindOf, type ObjectKind } from './object-types.ts';
import type { Node } from './parser.ts';
import type { ScriptMemory } from './script-memory.ts';
import { as, objectName, relationName } from './tree.ts';

/** ALTER … RENAME. */
export function rename(node: Node, memory: ScriptMemory): Claim | null {
  const statement = as(node, 'RenameStmt');
  if (statement === undefined) return null;
  if (statement.renameType === 'OBJECT_ATTRIBUTE') return renameAttribute(node);
  const kind = kindOf(statement.renameType);
  if (kind === undefined) return null;
  const to = statement.newname ?? '';
  const relation = statement.relation === undefined ? undefined : relationName(statement.relation);
  const name = statement.subname ?? relation ?? objectName(statement.object);
  const object: SchemaObject =
    kind.onTable && relation !== undefined
      ? { type: kind.type, name, table: relation }
      : { type: kind.type, name };
  const isNew = memory.isNew(relation ?? besideOld(name, to));
  if (kind.type === 'table') memory.tableRenamed(name, besideOld(name, to));
  if (kind.type === 'column' && relation !== undefined) memory.columnRenamed(relation, name, to);
  if (kind.type === 'constraint' && relation !== undefined) memory.constraintRenamed(relation, name, to);
  return claim(`ALTER ${renamedThrough(kind, statement.relationType)}`, 'schema', {
    ...renameLock(kind, relation),
    effects: [renamed(object, kind.onTable ? to : besideOld(name, to))],
    findings: usedByCode.has(kind.type) && !isNew ? [warning(kind, object, to)] : [],
  });
}

/** Columns and constraints are renamed by a statement on their relation, everything else by one of its own. */
function renamedThrough(kind: ObjectKind, relationType: string | undefined): string {
  if (kind.type === 'column') return kindOf(relationType)?.words ?? 'TABLE';
  return kind.type === 'constraint' ? 'TABLE' : kind.words;
}

/** What application code says by name. Indexes, constraints, triggers and policies are not. */
const usedByCode = new Set(['table', 'view', 'column', 'schema', 'sequence', 'function', 'type']);

function warning(kind: ObjectKind, object: SchemaObject, to: string) {
  const of = object.table === undefined ? '' : ` of ${object.table}`;
  return found.renameBreaksCode(`${kind.words.toLowerCase()} ${object.name}${of}`, to);
}

function renameLock(kind: ObjectKind, relation: string | undefined) {
  if (relation === undefined) return {};
  // An index is renamed under a lock of its own, which its table's readers and writers pass (PostgreSQL 12).
  return kind.type === 'index' ? {} : { locks: lockOn('ACCESS EXCLUSIVE', relation) };
}

function renameAttribute(node: Node): Claim {
  const statement = as(node, 'RenameStmt');
  const type = relationName(statement?.relation);
  return claim('ALTER TYPE', 'schema', {
    effects: [
      {
        does: 'alter',
        object: { type: 'type', name: type },
        what: `rename attribute ${statement?.subname ?? ''}`,
      },
    ],
    findings: [
      found.renameBreaksCode(`attribute ${statement?.subname ?? ''} of ${type}`, statement?.newname ?? ''),
    ],
  });
}

/** The new name in the old one's schema, qualified as the old one was. */
function besideOld(old: string, to: string): string {
  return joinName([...splitName(old).slice(0, -1), to]);
}

/** ALTER … SET SCHEMA. */
export function setSchema(node: Node, memory: ScriptMemory): Claim | null {
  const statement = as(node, 'AlterObjectSchemaStmt');
  const kind = kindOf(statement?.objectType);
  if (statement === undefined || kind === undefined) return null;
  const relation = statement.relation === undefined ? undefined : relationName(statement.relation);
  const name = relation ?? objectName(statement.object);
  const to = joinName([statement.newschema ?? '', ...splitName(name).slice(-1)]);
  const quiet = memory.isNew(name);
  if (kind.type === 'table') memory.tableRenamed(name, to);
  return claim(`ALTER ${kind.words}`, 'schema', {
    ...renameLock(kind, relation),
    effects: [renamed({ type: kind.type, name }, to)],
    findings: usedByCode.has(kind.type) && !quiet ? [warning(kind, { type: kind.type, name }, to)] : [],
  });
}
